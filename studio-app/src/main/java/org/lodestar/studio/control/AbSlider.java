package org.lodestar.studio.control;

import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.AccessibleAttribute;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.control.Label;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.shape.Rectangle;
import org.jspecify.annotations.Nullable;

/// Two pictures on top of each other, the first left of a divider and the second right of it.
///
/// The divider is dragged with the mouse; with the focus on it, the left and right arrows move it (with Shift finely), Home and End send it to the edges. Beside the divider the
/// pictures zoom and pan as in a [PictureView].
public final class AbSlider extends StackPane {

    private static final double GRIP = 24;
    private static final double NUDGE = 0.05;
    private static final double FINE_NUDGE = 0.005;

    private final PictureView first = new PictureView();
    private final PictureView second = new PictureView();
    private final DoubleProperty position = new SimpleDoubleProperty(this, "position", 0.5);
    private final Label firstName = new Label();
    private final Label secondName = new Label();
    private final Divider divider = new Divider();
    private final Rectangle clip = new Rectangle();
    private boolean dragging;

    public AbSlider() {
        getStyleClass().add("ab-slider");
        second.viewportProperty().bindBidirectional(first.viewportProperty());
        second.setMouseTransparent(true);
        second.setFocusTraversable(false);
        second.setZoomBarVisible(false);
        // The second picture lies on top, cut to the right of the divider; the mouse falls through to the first, which moves both.
        clip.heightProperty().bind(heightProperty());
        StackPane cut = new StackPane(second);
        cut.setClip(clip);
        cut.setMouseTransparent(true);
        name(firstName, "ab-first", Pos.TOP_LEFT);
        name(secondName, "ab-second", Pos.TOP_RIGHT);
        getChildren().addAll(first, cut, firstName, secondName, divider, first.zoomBar());
        setMinSize(80, 80);
        position.subscribe(now -> requestLayout());
        // The divider is taken along wherever the pointer goes, also where it outruns the divider.
        addEventFilter(MouseEvent.MOUSE_DRAGGED, event -> {
            if (dragging) {
                moveTo(sceneToLocal(event.getSceneX(), event.getSceneY()).getX() / getWidth());
                event.consume();
            }
        });
        addEventFilter(MouseEvent.MOUSE_RELEASED, event -> dragging = false);
    }

    public ObjectProperty<@Nullable Picture> firstProperty() {
        return first.pictureProperty();
    }

    public ObjectProperty<@Nullable Picture> secondProperty() {
        return second.pictureProperty();
    }

    public ObjectProperty<Viewport> viewportProperty() {
        return first.viewportProperty();
    }

    /// Where the divider stands, 0 (left) to 1 (right).
    public DoubleProperty positionProperty() {
        return position;
    }

    /// What the two pictures are called, with the style classes of their colours.
    public void setNames(String firstText, String firstStyle, String secondText, String secondStyle) {
        firstName.setText(firstText);
        secondName.setText(secondText);
        firstName.getStyleClass().setAll("label", "chip", firstStyle);
        secondName.getStyleClass().setAll("label", "chip", secondStyle);
        divider.setAccessibleText("Divider between " + firstText + " and " + secondText);
    }

    /// The view of the first picture, for its empty text.
    public PictureView firstView() {
        return first;
    }

    /// The node that takes the focus for moving the divider by keys.
    public Region divider() {
        return divider;
    }

    @Override
    public String getUserAgentStylesheet() {
        return ControlStyles.URL;
    }

    @Override
    protected void layoutChildren() {
        super.layoutChildren();
        double x = Math.rint(position.get() * getWidth());
        clip.setX(x);
        clip.setWidth(Math.max(0, getWidth() - x));
        divider.resizeRelocate(x - GRIP / 2, 0, GRIP, getHeight());
    }

    private static void name(Label label, String style, Pos corner) {
        label.getStyleClass().addAll("chip", style);
        label.setMouseTransparent(true);
        StackPane.setAlignment(label, corner);
        StackPane.setMargin(label, new Insets(10));
    }

    private void moveTo(double share) {
        position.set(Math.clamp(share, 0.0, 1.0));
        divider.notifyAccessibleAttributeChanged(AccessibleAttribute.VALUE);
    }

    private final class Divider extends Region {
        private final Region line = new Region();
        private final Region knob = new Region();

        Divider() {
            getStyleClass().add("divider");
            line.getStyleClass().add("line");
            knob.getStyleClass().add("knob");
            getChildren().addAll(line, knob);
            setManaged(false);
            setCursor(Cursor.H_RESIZE);
            setFocusTraversable(true);
            setAccessibleRole(AccessibleRole.SLIDER);
            setAccessibleText("Divider between the two pictures");
            addEventHandler(MouseEvent.MOUSE_PRESSED, event -> {
                requestFocus();
                dragging = true;
                event.consume();
            });
            addEventHandler(KeyEvent.KEY_PRESSED, this::onKey);
        }

        @Override
        public @Nullable Object queryAccessibleAttribute(AccessibleAttribute attribute, Object... parameters) {
            return switch (attribute) {
                case VALUE -> position.get();
                case MIN_VALUE -> 0.0;
                case MAX_VALUE -> 1.0;
                default -> super.queryAccessibleAttribute(attribute, parameters);
            };
        }

        @Override
        protected void layoutChildren() {
            double middle = getWidth() / 2;
            line.resizeRelocate(middle - 1, 0, 2, getHeight());
            knob.resizeRelocate(middle - 10, Math.rint(getHeight() / 2) - 16, 20, 32);
        }

        private void onKey(KeyEvent event) {
            double nudge = event.isShiftDown() ? FINE_NUDGE : NUDGE;
            switch (event.getCode()) {
                case LEFT -> moveTo(position.get() - nudge);
                case RIGHT -> moveTo(position.get() + nudge);
                case HOME -> moveTo(0);
                case END -> moveTo(1);
                default -> {
                    return;
                }
            }
            event.consume();
        }
    }
}
