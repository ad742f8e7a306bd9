package org.lodestar.studio.shell;

import java.util.List;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.lodestar.studio.text.Words;

/// All keys of the program.
final class ShortcutList extends VBox {
    private static final List<Group> LEFT = List.of(
            new Group(
                    "everywhere",
                    new Entry("Ctrl+Enter", "generate"),
                    new Entry("Esc", "stop"),
                    new Entry("Alt+1 Alt+2 Alt+3", "screens"),
                    new Entry("Ctrl+T", "theme"),
                    new Entry("F1", "keys")),
            new Group("create", new Entry("Ctrl+L", "live"), new Entry("Ctrl+B", "branch"), new Entry("R", "restore")),
            new Group("compare", new Entry("1 2 3 4", "modes"), new Entry("F \\", "flip"), new Entry("Ctrl+E", "export")));
    private static final List<Group> RIGHT = List.of(
            new Group("models", new Entry("F5", "search")),
            new Group("steps", new Entry("← →", "scrub"), new Entry("PgUp PgDn", "jump"), new Entry("Home End", "ends")),
            new Group("picture", new Entry("+ −", "zoom"), new Entry("Ctrl+0", "fit"), new Entry("Ctrl+1", "actual")),
            new Group("values", new Entry("↑ ↓", "nudge"), new Entry("Ctrl+↑ Ctrl+↓", "weight")));

    /// Keys that belong together, with what they mean.
    private record Group(String name, List<Entry> entries) {
        Group(String name, Entry... entries) {
            this(name, List.of(entries));
        }
    }

    private record Entry(String keys, String meaning) {}

    /// @param close takes it away
    ShortcutList(Runnable close) {
        getStyleClass().addAll("floating", "key-list");
        setMaxHeight(USE_PREF_SIZE);
        HBox columns = new HBox(column(LEFT), column(RIGHT));
        columns.getStyleClass().add("key-columns");
        getChildren().addAll(new FloatingTitle(Words.of("keys.title"), close), columns);
    }

    private static GridPane column(List<Group> groups) {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("key-grid");
        for (Group group : groups) {
            Label name = new Label(Words.of("keys.group." + group.name()));
            name.getStyleClass().add("key-group");
            grid.add(name, 0, grid.getRowCount(), 2, 1);
            group.entries().forEach(entry -> grid.addRow(grid.getRowCount(), caps(entry.keys()), new Label(Words.of("keys." + entry.meaning()))));
        }
        return grid;
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
