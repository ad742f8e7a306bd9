package org.lodestar.studio.shell;

import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The head of what floats above the screens: its name, and the way to close it by mouse.
final class FloatingTitle extends HBox {
    static final String CLOSE = "close-floating";

    FloatingTitle(String text, Runnable close) {
        getStyleClass().add("floating-head");
        Label title = new Label(text);
        title.getStyleClass().add("floating-title");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Button button = Icons.button(Feather.X, Words.of("shell.close"));
        button.setId(CLOSE);
        button.setOnAction(event -> close.run());
        getChildren().addAll(title, gap, button);
    }
}
