package org.lodestar.studio.control;

/// What part of a picture a view shows. A value, so that several views can share one and stay in step.
///
/// Zoom is in device pixels per picture pixel: 1 is "100 %", one picture pixel on one pixel of the screen. The centre is in fractions of the picture, so that views of pictures
/// of different sizes can share a viewport.
///
/// @param fit     whether the picture fills the view whatever its size; zoom and centre are then ignored
/// @param zoom    device pixels per picture pixel, [#MIN_ZOOM] to [#MAX_ZOOM]
/// @param centreX picture position at the middle of the view, 0 (left) to 1 (right)
/// @param centreY picture position at the middle of the view, 0 (top) to 1 (bottom)
public record Viewport(boolean fit, double zoom, double centreX, double centreY) {

    public static final double MIN_ZOOM = 1.0 / 32;
    public static final double MAX_ZOOM = 64;

    /// The whole picture, as large as the view allows.
    public static final Viewport FIT = new Viewport(true, 1, 0.5, 0.5);

    /// One picture pixel on one device pixel, centred.
    public static final Viewport ACTUAL = new Viewport(false, 1, 0.5, 0.5);

    private static final double FIT_MARGIN = 16;

    public Viewport {
        if (!(zoom >= MIN_ZOOM && zoom <= MAX_ZOOM)) {
            throw new IllegalArgumentException("zoom must lie from " + MIN_ZOOM + " to " + MAX_ZOOM + ", found " + zoom);
        }
    }

    /// A view and the picture in it.
    ///
    /// @param viewWidth     device pixels
    /// @param viewHeight    device pixels
    /// @param pictureWidth  picture pixels
    /// @param pictureHeight picture pixels
    public record Stage(double viewWidth, double viewHeight, int pictureWidth, int pictureHeight) {

        double fitZoom() {
            double margin = Math.min(FIT_MARGIN, Math.min(viewWidth, viewHeight) / 20);
            double zoom = Math.min((viewWidth - 2 * margin) / pictureWidth, (viewHeight - 2 * margin) / pictureHeight);
            return Math.clamp(zoom, MIN_ZOOM, MAX_ZOOM);
        }
    }

    /// Where the picture lies in the view, on whole device pixels. May reach beyond the view.
    public record Frame(double zoom, double x, double y, double width, double height) {}

    /// Places the picture. It never leaves an empty strip on one side that the other side could fill.
    public Frame frame(Stage stage) {
        double scale = fit ? stage.fitZoom() : zoom;
        double width = Math.max(1, Math.rint(stage.pictureWidth() * scale));
        double height = Math.max(1, Math.rint(stage.pictureHeight() * scale));
        double x = offset(fit ? 0.5 : centreX, width, stage.viewWidth());
        double y = offset(fit ? 0.5 : centreY, height, stage.viewHeight());
        return new Frame(scale, x, y, width, height);
    }

    /// Zoomed by `factor` with the picture position under (`x`, `y`), in device pixels of the view, staying where it is.
    public Viewport zoomedAt(double factor, double x, double y, Stage stage) {
        Frame now = frame(stage);
        double next = Math.clamp(now.zoom() * factor, Math.max(MIN_ZOOM, Math.min(stage.fitZoom(), 1) / 2), MAX_ZOOM);
        double u = (x - now.x()) / now.width();
        double v = (y - now.y()) / now.height();
        return new Viewport(
                false,
                next,
                u + (stage.viewWidth() / 2 - x) / (stage.pictureWidth() * next),
                v + (stage.viewHeight() / 2 - y) / (stage.pictureHeight() * next));
    }

    /// Zoomed to `newZoom` around the middle of the view.
    public Viewport zoomedTo(double newZoom, Stage stage) {
        return zoomedAt(newZoom / frame(stage).zoom(), stage.viewWidth() / 2, stage.viewHeight() / 2, stage);
    }

    /// The picture moved by (`dx`, `dy`) device pixels.
    public Viewport panned(double dx, double dy, Stage stage) {
        Frame now = frame(stage);
        Frame moved = new Frame(now.zoom(), now.x() + dx, now.y() + dy, now.width(), now.height());
        return new Viewport(
                false,
                now.zoom(),
                within((stage.viewWidth() / 2 - moved.x()) / moved.width(), moved.width(), stage.viewWidth()),
                within((stage.viewHeight() / 2 - moved.y()) / moved.height(), moved.height(), stage.viewHeight()));
    }

    /// Whether there is more picture than view, so that panning does something.
    public boolean pannable(Stage stage) {
        Frame now = frame(stage);
        return now.width() > stage.viewWidth() || now.height() > stage.viewHeight();
    }

    private static double offset(double centre, double length, double view) {
        return Math.rint(view / 2 - within(centre, length, view) * length);
    }

    private static double within(double centre, double length, double view) {
        double half = view / 2 / length;
        return half >= 0.5 ? 0.5 : Math.clamp(centre, half, 1 - half);
    }
}
