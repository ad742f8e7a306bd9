package org.lodestar.studio.shell;

import java.util.List;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.lodestar.studio.text.Words;

/// All keys of the program.
final class ShortcutList extends VBox {
    private static final List<String> KEYS = List.of(
            "Ctrl+Enter", "Esc", "Ctrl+L", "Ctrl+B", "Alt+1", "Alt+2", "Alt+3", "Ctrl+T", "← →", "Home End", "+ −", "Ctrl+0", "Ctrl+1", "↑ ↓", "Ctrl+↑ Ctrl+↓", "F1");
    private static final List<String> MEANINGS = List.of(
            "generate", "stop", "live", "branch", "create", "compare", "models", "theme", "scrub", "ends", "zoom", "fit", "actual", "nudge", "weight", "keys");

    ShortcutList() {
        getStyleClass().addAll("floating", "key-list");
        setMaxHeight(USE_PREF_SIZE);
        Label title = new Label(Words.of("keys.title"));
        title.getStyleClass().add("floating-title");
        GridPane grid = new GridPane();
        grid.getStyleClass().add("key-grid");
        for (int i = 0; i < KEYS.size(); i++) {
            HBox keys = new HBox();
            keys.getStyleClass().add("keys");
            keys.setMinWidth(USE_PREF_SIZE);
            for (String key : KEYS.get(i).split(" ", -1)) {
                Label cap = new Label(key);
                cap.getStyleClass().add("key");
                cap.setMinWidth(USE_PREF_SIZE);
                keys.getChildren().add(cap);
            }
            grid.addRow(i, keys, new Label(Words.of("keys." + MEANINGS.get(i))));
        }
        getChildren().addAll(title, grid);
    }
}
