package org.lodestar.studio.theme;

import javafx.scene.control.Button;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ToggleButton;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.javafx.FontIcon;
import org.lodestar.studio.control.Hint;

/// Icons and buttons that are only an icon. Their size and colour come from the style sheet.
public final class Icons {

    private Icons() {}

    public static FontIcon icon(Ikon ikon) {
        FontIcon icon = new FontIcon(ikon);
        icon.getStyleClass().add("icon");
        return icon;
    }

    /// A button that is only an icon; `words` are its tooltip and what a screen reader says.
    public static Button button(Ikon ikon, String words) {
        return worded(new Button(), ikon, words);
    }

    /// A toggle that is only an icon.
    public static ToggleButton toggle(Ikon ikon, String words) {
        return worded(new ToggleButton(), ikon, words);
    }

    private static <B extends ButtonBase> B worded(B button, Ikon ikon, String words) {
        button.setGraphic(icon(ikon));
        button.getStyleClass().add("icon-button");
        button.setAccessibleText(words);
        button.setTooltip(new Hint(words));
        return button;
    }
}
