package org.lodestar.studio.control;

import java.util.List;
import java.util.function.Consumer;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.css.CssMetaData;
import javafx.css.Styleable;
import javafx.css.StyleableProperty;
import javafx.css.StyleablePropertyFactory;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.Node;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.image.Image;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.input.ZoomEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import org.jspecify.annotations.Nullable;

/// A picture on neutral grey.
///
/// The wheel zooms at the cursor, dragging pans, a double click changes between the whole picture and 100 %. With the focus: Ctrl+0 fits, Ctrl+1 is 100 %, + and - zoom, the
/// arrows pan. Views whose [#viewportProperty()] are bound to each other show the same part of their pictures.
///
/// Enlarged picture pixels are smooth while fitted or up to 200 %, and square above ([Sampling#AUTO]), so that a small picture looks like a picture and a close look shows its
/// pixels. Previews are always smooth.
public final class PictureView extends DrawnRegion {

    /// How picture pixels are enlarged.
    public enum Sampling {
        /// Smooth while fitted and up to 200 %; square pixels where the user zoomed in further.
        AUTO,
        /// Always smooth.
        SMOOTH,
        /// Always square pixels, except for previews.
        SQUARE
    }

    private static final StyleablePropertyFactory<PictureView> FACTORY = new StyleablePropertyFactory<>(Region.getClassCssMetaData());
    private static final double SQUARE_FROM = 2;
    private static final int ENLARGED_SIDE = 512;
    private static final int ENLARGE_AT_MOST = 8;
    private static final double KEY_ZOOM = 1.25;
    private static final double KEY_PAN = 0.1;
    private static final double ROOMY = 300;
    private static final double WHEEL_NOTCH = 40;

    private final ObjectProperty<@Nullable Picture> picture = new SimpleObjectProperty<>(this, "picture");
    private final ObjectProperty<Viewport> viewport = new SimpleObjectProperty<>(this, "viewport", Viewport.FIT);
    private final ObjectProperty<Sampling> sampling = new SimpleObjectProperty<>(this, "sampling", Sampling.AUTO);
    private final StringProperty emptyText = new SimpleStringProperty(this, "emptyText", "");
    private final ReadOnlyDoubleWrapper shownZoom = new ReadOnlyDoubleWrapper(this, "shownZoom", 1);
    private final StyleableProperty<Color> canvasColor =
            drawn(FACTORY.createStyleableColorProperty(this, "canvasColor", "-picture-canvas", view -> view.canvasColor, Color.web("#2b2c2e")));

    private final StackPane overlay = new StackPane();
    private final Label empty = new Label();
    private final HBox zoomBar = new HBox();

    private @Nullable Prepared prepared;
    private double dragX;
    private double dragY;

    /// The picture resized for drawing, kept until picture or factor change.
    private record Prepared(int factor, boolean larger, Image image) {}

    public PictureView() {
        getStyleClass().add("picture-view");
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setAccessibleText("Picture");
        setAccessibleHelp("Ctrl+0 shows the whole picture, Ctrl+1 its actual size, plus and minus zoom, arrows move it.");
        setFocusTraversable(true);
        setMinSize(40, 40);
        setPrefSize(320, 320);

        empty.getStyleClass().add("empty-text");
        empty.textProperty().bind(emptyText);
        empty.visibleProperty().bind(picture.isNull());
        empty.setWrapText(true);
        empty.setMouseTransparent(true);
        overlay.getStyleClass().add("overlay");
        overlay.setPickOnBounds(false);
        overlay.getChildren().addAll(empty, buildZoomBar());
        getChildren().add(overlay);

        redrawOn(picture, viewport, sampling);
        picture.subscribe(now -> prepared = null);
        addEventHandler(ScrollEvent.SCROLL, this::onScroll);
        addEventHandler(ZoomEvent.ZOOM, event -> zoomAt(event.getZoomFactor(), event.getX(), event.getY()));
        addEventHandler(MouseEvent.MOUSE_PRESSED, this::onPressed);
        addEventHandler(MouseEvent.MOUSE_DRAGGED, this::onDragged);
        addEventHandler(MouseEvent.MOUSE_RELEASED, event -> setCursor(null));
        addEventHandler(MouseEvent.MOUSE_CLICKED, this::onClicked);
        addEventHandler(KeyEvent.KEY_PRESSED, this::onKey);
    }

    /// What is shown; null shows [#emptyTextProperty()].
    public ObjectProperty<@Nullable Picture> pictureProperty() {
        return picture;
    }

    public void setPicture(@Nullable Picture value) {
        picture.set(value);
    }

    /// What part is shown. Bind it bidirectionally to let views move together.
    public ObjectProperty<Viewport> viewportProperty() {
        return viewport;
    }

    public ObjectProperty<Sampling> samplingProperty() {
        return sampling;
    }

    /// One quiet sentence for when there is no picture.
    public StringProperty emptyTextProperty() {
        return emptyText;
    }

    /// Device pixels per picture pixel as drawn, also while fitted.
    public ReadOnlyDoubleProperty shownZoomProperty() {
        return shownZoom.getReadOnlyProperty();
    }

    /// A layer over the picture, as large as the view, for chips and labels. Empty parts of it let the mouse through.
    public StackPane overlay() {
        return overlay;
    }

    /// Whether the zoom read-out and its buttons are shown at the bottom right.
    public void setZoomBarVisible(boolean visible) {
        zoomBar.setVisible(visible);
    }

    /// The zoom read-out and its buttons, which may be put beside the picture or above what covers it.
    public Node zoomBar() {
        return zoomBar;
    }

    public void fit() {
        viewport.set(Viewport.FIT);
    }

    public void actualSize() {
        withStage(stage -> viewport.set(viewport.get().zoomedTo(1, stage)));
    }

    /// Zooms around the middle.
    public void zoomBy(double factor) {
        zoomAt(factor, getWidth() / 2, getHeight() / 2);
    }

    @Override
    void draw(GraphicsContext g, double width, double height) {
        g.setFill(canvasColor.getValue());
        g.fillRect(0, 0, Math.ceil(width), Math.ceil(height));
        Picture shown = picture.get();
        if (shown == null) {
            return;
        }
        double scale = pixelScale();
        Viewport.Frame frame = viewport.get().frame(stage(shown));
        shownZoom.set(frame.zoom());
        boolean square = isSquare(shown, frame.zoom());
        g.setImageSmoothing(!square);
        g.drawImage(
                square ? shown.image() : prepare(shown.image(), frame), frame.x() / scale, frame.y() / scale, frame.width() / scale, frame.height() / scale);
    }

    @Override
    protected void layoutChildren() {
        super.layoutChildren();
        overlay.resizeRelocate(0, 0, getWidth(), getHeight());
    }

    @Override
    public List<CssMetaData<? extends Styleable, ?>> getCssMetaData() {
        return FACTORY.getCssMetaData();
    }

    private boolean isSquare(Picture shown, double zoom) {
        return !shown.preview()
                && switch (sampling.get()) {
                    case AUTO -> !viewport.get().fit() && zoom > SQUARE_FROM;
                    case SMOOTH -> false;
                    case SQUARE -> true;
                };
    }

    /// The pixels to draw smoothly at `frame`: enlarged by a cubic, or averaged down, so that the graphics system's bilinear filter has little left to do.
    private Image prepare(Image image, Viewport.Frame frame) {
        double ratio = frame.width() / image.getWidth();
        int side = (int) Math.max(image.getWidth(), image.getHeight());
        boolean larger = ratio > 1;
        int factor = larger ? Math.clamp(ENLARGED_SIDE / side, 1, Math.min(ENLARGE_AT_MOST, (int) Math.ceil(ratio))) : (int) (1 / ratio);
        if (factor <= 1) {
            return image;
        }
        Prepared kept = prepared;
        if (kept == null || kept.factor() != factor || kept.larger() != larger) {
            kept = new Prepared(factor, larger, resized(image, factor, larger));
            prepared = kept;
        }
        return kept.image();
    }

    private static Image resized(Image image, int factor, boolean larger) {
        int width = (int) image.getWidth();
        int height = (int) image.getHeight();
        int[] pixels = new int[width * height];
        image.getPixelReader().getPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), pixels, 0, width);
        int[] other = larger ? Resampling.enlarge(pixels, width, height, factor) : Resampling.shrink(pixels, width, height, factor);
        int otherWidth = larger ? width * factor : Math.ceilDiv(width, factor);
        int otherHeight = other.length / otherWidth;
        WritableImage result = new WritableImage(otherWidth, otherHeight);
        result.getPixelWriter().setPixels(0, 0, otherWidth, otherHeight, PixelFormat.getIntArgbInstance(), other, 0, otherWidth);
        return result;
    }

    private HBox buildZoomBar() {
        Label readOut = new Label();
        readOut.getStyleClass().add("chip");
        readOut.visibleProperty().bind(widthProperty().greaterThan(ROOMY));
        readOut.managedProperty().bind(readOut.visibleProperty());
        readOut.textProperty().bind(shownZoom.map(zoom -> Math.round(zoom.doubleValue() * 100) + " %"));
        Button fit = chip("Fit", "Whole picture (Ctrl+0)");
        fit.setOnAction(event -> fit());
        viewport.subscribe(now -> {
            fit.getStyleClass().remove("on");
            if (now.fit()) {
                fit.getStyleClass().add("on");
            }
        });
        Button actual = chip("1:1", "Actual size (Ctrl+1)");
        actual.setOnAction(event -> actualSize());
        zoomBar.getStyleClass().add("zoom-bar");
        zoomBar.getChildren().addAll(readOut, fit, actual);
        zoomBar.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        zoomBar.managedProperty().bind(zoomBar.visibleProperty());
        zoomBar.opacityProperty().bind(picture.map(shown -> 1.0).orElse(0.0));
        zoomBar.disableProperty().bind(picture.isNull());
        StackPane.setAlignment(zoomBar, Pos.BOTTOM_RIGHT);
        return zoomBar;
    }

    private static Button chip(String text, String help) {
        Button button = new Button(text);
        button.getStyleClass().setAll("chip");
        button.setTooltip(new Hint(help));
        button.setAccessibleText(help);
        return button;
    }

    private Viewport.Stage stage(Picture shown) {
        double scale = pixelScale();
        return new Viewport.Stage(Math.rint(getWidth() * scale), Math.rint(getHeight() * scale), shown.width(), shown.height());
    }

    private void withStage(Consumer<Viewport.Stage> action) {
        Picture shown = picture.get();
        if (shown != null && getWidth() > 0 && getHeight() > 0) {
            action.accept(stage(shown));
        }
    }

    private void zoomAt(double factor, double x, double y) {
        double scale = pixelScale();
        withStage(stage -> viewport.set(viewport.get().zoomedAt(factor, x * scale, y * scale, stage)));
    }

    private void onScroll(ScrollEvent event) {
        if (event.getDeltaY() != 0 && !event.isInertia()) {
            zoomAt(Math.pow(KEY_ZOOM, Math.clamp(event.getDeltaY() / WHEEL_NOTCH, -3, 3)), event.getX(), event.getY());
            event.consume();
        }
    }

    private void onPressed(MouseEvent event) {
        requestFocus();
        dragX = event.getX();
        dragY = event.getY();
    }

    private void onDragged(MouseEvent event) {
        double scale = pixelScale();
        double dx = (event.getX() - dragX) * scale;
        double dy = (event.getY() - dragY) * scale;
        dragX = event.getX();
        dragY = event.getY();
        withStage(stage -> {
            if (viewport.get().pannable(stage)) {
                setCursor(Cursor.CLOSED_HAND);
                viewport.set(viewport.get().panned(dx, dy, stage));
            }
        });
    }

    private void onClicked(MouseEvent event) {
        if (event.getButton() == MouseButton.PRIMARY && event.getClickCount() == 2) {
            if (viewport.get().fit()) {
                zoomAt(1 / shownZoom.get(), event.getX(), event.getY());
            } else {
                fit();
            }
        }
    }

    private void onKey(KeyEvent event) {
        boolean done = event.isShortcutDown() ? onShortcut(event.getCode()) : onPlainKey(event.getCode());
        if (done) {
            event.consume();
        }
    }

    private boolean onShortcut(KeyCode code) {
        switch (code) {
            case DIGIT0, NUMPAD0 -> fit();
            case DIGIT1, NUMPAD1 -> actualSize();
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean onPlainKey(KeyCode code) {
        switch (code) {
            case PLUS, EQUALS, ADD -> zoomBy(KEY_ZOOM);
            case MINUS, SUBTRACT -> zoomBy(1 / KEY_ZOOM);
            case LEFT -> {
                return panBy(KEY_PAN, 0);
            }
            case RIGHT -> {
                return panBy(-KEY_PAN, 0);
            }
            case UP -> {
                return panBy(0, KEY_PAN);
            }
            case DOWN -> {
                return panBy(0, -KEY_PAN);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Moves the picture by shares of the view, if there is more picture than view; otherwise the key is left for the screen around.
    private boolean panBy(double dx, double dy) {
        Picture shown = picture.get();
        if (shown == null || !viewport.get().pannable(stage(shown))) {
            return false;
        }
        Viewport.Stage stage = stage(shown);
        viewport.set(viewport.get().panned(dx * stage.viewWidth(), dy * stage.viewHeight(), stage));
        return true;
    }
}
