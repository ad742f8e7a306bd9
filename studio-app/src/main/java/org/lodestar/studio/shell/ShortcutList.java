package org.lodestar.studio.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.lodestar.studio.text.Words;

/// All keys of the program.
final class ShortcutList extends VBox {
    private static final int COLUMN = 12;
    /// Keys with what they mean, in groups.
    private static final Map<String, List<Entry>> GROUPS = groups();

    private record Entry(String keys, String meaning) {}

    private static Map<String, List<Entry>> groups() {
        Map<String, List<Entry>> groups = new LinkedHashMap<>();
        groups.put("everywhere", List.of(
                new Entry("Ctrl+Enter", "generate"), new Entry("Esc", "stop"), new Entry("Alt+1 Alt+2 Alt+3", "screens"), new Entry("Ctrl+T", "theme"), new Entry("F1", "keys")));
        groups.put("create", List.of(new Entry("Ctrl+L", "live"), new Entry("Ctrl+B", "branch"), new Entry("R", "restore")));
        groups.put("compare", List.of(new Entry("1 2 3 4", "modes"), new Entry("F \\", "flip"), new Entry("Ctrl+E", "export")));
        groups.put("models", List.of(new Entry("F5", "search")));
        groups.put("steps", List.of(new Entry("← →", "scrub"), new Entry("PgUp PgDn", "jump"), new Entry("Home End", "ends")));
        groups.put("picture", List.of(new Entry("+ −", "zoom"), new Entry("Ctrl+0", "fit"), new Entry("Ctrl+1", "actual")));
        groups.put("values", List.of(new Entry("↑ ↓", "nudge"), new Entry("Ctrl+↑ Ctrl+↓", "weight")));
        return groups;
    }

    /// @param close takes it away
    ShortcutList(Runnable close) {
        getStyleClass().addAll("floating", "key-list");
        setMaxHeight(USE_PREF_SIZE);
        GridPane left = new GridPane();
        GridPane right = new GridPane();
        List.of(left, right).forEach(grid -> grid.getStyleClass().add("key-grid"));
        GROUPS.forEach((group, entries) -> add(left.getRowCount() <= COLUMN ? left : right, group, entries));
        HBox columns = new HBox(left, right);
        columns.getStyleClass().add("key-columns");
        getChildren().addAll(new FloatingTitle(Words.of("keys.title"), close), columns);
    }

    private static void add(GridPane grid, String group, List<Entry> entries) {
        Label name = new Label(Words.of("keys.group." + group));
        name.getStyleClass().add("key-group");
        grid.add(name, 0, grid.getRowCount(), 2, 1);
        entries.forEach(entry -> grid.addRow(grid.getRowCount(), caps(entry.keys()), new Label(Words.of("keys." + entry.meaning()))));
    }

    private static HBox caps(String all) {
        HBox keys = new HBox();
        keys.getStyleClass().add("keys");
        keys.setMinWidth(USE_PREF_SIZE);
        for (String key : all.split(" ", -1)) {
            Label cap = new Label(key);
            cap.getStyleClass().add("key");
            cap.setMinWidth(USE_PREF_SIZE);
            keys.getChildren().add(cap);
        }
        return keys;
    }
}
