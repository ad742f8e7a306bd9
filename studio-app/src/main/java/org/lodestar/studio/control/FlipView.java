package org.lodestar.studio.control;

import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/// Pictures in the same place, one at a time: differences jump out where they alternate.
///
/// F or backslash goes to the next picture. Held for longer, it shows the next one until it is let go.
public final class FlipView extends StackPane {

    private static final long HOLD_NANOS = 300_000_000L;

    /// @param name    what it is called
    /// @param style   style class of its colour
    /// @param picture what is shown
    public record Side(String name, String style, @Nullable Picture picture) {}

    private final PictureView view = new PictureView();
    private final Label name = new Label();
    private final IntegerProperty shown = new SimpleIntegerProperty(this, "shown");
    private final List<Side> sides = new ArrayList<>();
    private long pressedAt = -1;
    private int heldFrom;

    public FlipView() {
        getStyleClass().add("flip-view");
        name.getStyleClass().add("chip");
        name.setMouseTransparent(true);
        StackPane.setAlignment(name, Pos.TOP_LEFT);
        StackPane.setMargin(name, new Insets(10));
        getChildren().addAll(view, name);
        shown.subscribe(now -> update());
    }

    /// What alternates, in order.
    public void setSides(List<Side> all) {
        sides.clear();
        sides.addAll(all);
        if (shown.get() >= sides.size()) {
            shown.set(0);
        }
        update();
    }

    /// Index of the picture shown.
    public IntegerProperty shownProperty() {
        return shown;
    }

    public ObjectProperty<Viewport> viewportProperty() {
        return view.viewportProperty();
    }

    public PictureView view() {
        return view;
    }

    /// Handles F and backslash, pressed or let go anywhere; false for other events.
    ///
    /// @param nanoTime when it happened
    public boolean flip(KeyEvent event, long nanoTime) {
        if ((event.getCode() != KeyCode.F && event.getCode() != KeyCode.BACK_SLASH) || event.isShortcutDown() || event.isAltDown() || sides.isEmpty()) {
            return false;
        }
        if (event.getEventType() == KeyEvent.KEY_PRESSED && pressedAt < 0) {
            pressedAt = nanoTime;
            heldFrom = shown.get();
            shown.set((shown.get() + 1) % sides.size());
        } else if (event.getEventType() == KeyEvent.KEY_RELEASED) {
            if (pressedAt >= 0 && nanoTime - pressedAt > HOLD_NANOS) {
                shown.set(heldFrom);
            }
            pressedAt = -1;
        }
        return true;
    }

    @Override
    public String getUserAgentStylesheet() {
        return ControlStyles.URL;
    }

    private void update() {
        if (sides.isEmpty()) {
            name.setVisible(false);
            view.setPicture(null);
            return;
        }
        Side side = sides.get(shown.get());
        name.setVisible(true);
        name.setText(side.name());
        name.getStyleClass().setAll("label", "chip", side.style());
        view.setPicture(side.picture());
        view.setAccessibleText("Picture " + side.name());
    }
}
