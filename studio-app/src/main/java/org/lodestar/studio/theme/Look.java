package org.lodestar.studio.theme;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javafx.application.Application;
import javafx.scene.Scene;
import javafx.scene.text.Font;
import javafx.stage.PopupWindow;
import javafx.stage.Window;

/// Puts a theme on a window: AtlantaFX underneath, over it our colours, our components and what ControlsFX needs to know.
public final class Look {
    private static final List<String> FONTS = List.of("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf");
    private static final double ANY_SIZE = 13;

    private Look() {}

    /// Makes the bundled fonts known. Call it once, before the first window.
    public static void loadFonts() {
        for (String name : FONTS) {
            try (InputStream font = resource("fonts/" + name).openStream()) {
                Font.loadFont(font, ANY_SIZE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Shows `scene` in `theme`, and what is open above it.
    public static void apply(Theme theme, Scene scene) {
        Application.setUserAgentStylesheet(
                switch (theme) {
                    case DARK -> new PrimerDark().getUserAgentStylesheet();
                    case LIGHT -> new PrimerLight().getUserAgentStylesheet();
                });
        List<String> sheets = List.of(
                resource(theme.name().toLowerCase(Locale.ROOT) + ".css").toExternalForm(),
                resource("studio.css").toExternalForm(),
                resource("controlsfx-bridge.css").toExternalForm());
        scene.getStylesheets().setAll(sheets);
        // What floats above a window takes its style sheets when it opens and never again.
        Window.getWindows().stream()
                .filter(window -> window instanceof PopupWindow popup && isAbove(popup, scene))
                .forEach(popup -> {
                    popup.getScene().getStylesheets().setAll(sheets);
                    popup.getScene().getRoot().applyCss();
                    popup.sizeToScene();
                });
    }

    private static boolean isAbove(PopupWindow popup, Scene scene) {
        Window owner = popup.getOwnerWindow();
        while (owner instanceof PopupWindow between) {
            owner = between.getOwnerWindow();
        }
        return owner != null && owner.equals(scene.getWindow());
    }

    private static URL resource(String name) {
        return Objects.requireNonNull(Look.class.getResource(name), () -> name + " is part of this package");
    }
}
