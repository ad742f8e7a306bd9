package org.lodestar.studio.control;

import javafx.beans.Observable;
import javafx.beans.value.ObservableValue;
import javafx.css.StyleableProperty;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.shape.Rectangle;
import javafx.stage.Window;

/// A region that draws itself. However often [#redraw()] is called, it is drawn once per pulse, and nothing around it is laid out again.
abstract class DrawnRegion extends Region {

    private final Surface surface = new Surface();

    DrawnRegion() {
        // An unmanaged node is the root of its own layout: asking it for layout is asking for one repaint in the next pulse.
        surface.setManaged(false);
        surface.setMouseTransparent(true);
        getChildren().add(surface);
        Rectangle bounds = new Rectangle();
        bounds.widthProperty().bind(widthProperty());
        bounds.heightProperty().bind(heightProperty());
        setClip(bounds);
    }

    /// Paints everything; `g` is clear. Coordinates are the region's.
    abstract void draw(GraphicsContext g, double width, double height);

    final void redraw() {
        surface.requestLayout();
    }

    final void redrawOn(Observable... sources) {
        for (Observable source : sources) {
            source.addListener(changed -> redraw());
        }
    }

    /// Redraws when the style sheet changes `property`.
    final <T> StyleableProperty<T> drawn(StyleableProperty<T> property) {
        if (property instanceof ObservableValue<?> observable) {
            redrawOn(observable);
        }
        return property;
    }

    /// Device pixels per unit of length.
    final double pixelScale() {
        Window window = getScene() == null ? null : getScene().getWindow();
        return window == null ? 1 : window.getRenderScaleX();
    }

    /// The nearest edge of a device pixel.
    final double snap(double position) {
        double scale = pixelScale();
        return Math.rint(position * scale) / scale;
    }

    static Color withOpacity(Color color, double opacity) {
        return Color.color(color.getRed(), color.getGreen(), color.getBlue(), color.getOpacity() * opacity);
    }

    @Override
    public String getUserAgentStylesheet() {
        return ControlStyles.URL;
    }

    @Override
    protected void layoutChildren() {
        surface.resizeRelocate(0, 0, getWidth(), getHeight());
    }

    private final class Surface extends Region {
        private final Canvas canvas = new Canvas();

        Surface() {
            getChildren().add(canvas);
        }

        @Override
        protected void layoutChildren() {
            canvas.setWidth(Math.ceil(getWidth()));
            canvas.setHeight(Math.ceil(getHeight()));
            GraphicsContext g = canvas.getGraphicsContext2D();
            g.clearRect(0, 0, canvas.getWidth(), canvas.getHeight());
            if (getWidth() > 0 && getHeight() > 0) {
                draw(g, getWidth(), getHeight());
            }
        }
    }
}
