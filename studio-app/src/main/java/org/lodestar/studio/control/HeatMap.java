package org.lodestar.studio.control;

import java.util.Locale;
import java.util.Objects;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.geometry.Pos;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.Label;
import javafx.scene.image.Image;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.paint.Color;
import javafx.scene.paint.CycleMethod;
import javafx.scene.paint.LinearGradient;
import javafx.scene.paint.Stop;
import org.jspecify.annotations.Nullable;

/// Where two pictures differ: a [PictureView] of their [Difference] with its scale at the top left.
public final class HeatMap extends StackPane {

    private static final int LEGEND_STOPS = 12;

    private final ObjectProperty<@Nullable Picture> first = new SimpleObjectProperty<>(this, "first");
    private final ObjectProperty<@Nullable Picture> second = new SimpleObjectProperty<>(this, "second");
    private final PictureView view = new PictureView();
    private final Label high = new Label();
    private final Label summary = new Label();
    private final VBox legend = new VBox();

    public HeatMap() {
        getStyleClass().add("heat-map");
        view.setAccessibleText("Difference of the two pictures");
        summary.getStyleClass().add("summary");
        Ramp ramp = new Ramp();
        HBox scale = new HBox(new Label("0"), ramp, high);
        scale.getStyleClass().add("scale");
        legend.getStyleClass().add("legend");
        legend.getChildren().addAll(summary, scale);
        legend.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        legend.setMouseTransparent(true);
        legend.visibleProperty().bind(view.pictureProperty().isNotNull());
        StackPane.setAlignment(legend, Pos.TOP_LEFT);
        view.overlay().getChildren().add(legend);
        getChildren().add(view);
        first.subscribe(now -> update());
        second.subscribe(now -> update());
    }

    public ObjectProperty<@Nullable Picture> firstProperty() {
        return first;
    }

    public ObjectProperty<@Nullable Picture> secondProperty() {
        return second;
    }

    /// The view of the difference, for its viewport, empty text and overlay.
    public PictureView view() {
        return view;
    }

    @Override
    public String getUserAgentStylesheet() {
        return ControlStyles.URL;
    }

    private void update() {
        Picture a = first.get();
        Picture b = second.get();
        if (a == null || b == null || !sameSize(a.image(), b.image())) {
            view.setPicture(null);
            return;
        }
        int width = (int) a.image().getWidth();
        int height = (int) a.image().getHeight();
        Difference difference = Difference.between(pixels(a.image()), pixels(b.image()), width, height);
        WritableImage image = new WritableImage(width, height);
        image.getPixelWriter().setPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), difference.argb(), 0, width);
        view.setPicture(new Picture(image, a.width(), a.height(), a.preview() || b.preview()));
        high.setText(String.format(Locale.ROOT, "%.0f", difference.scale()));
        summary.setText(String.format(Locale.ROOT, "levels of 255 · mean %.1f · largest %.0f", difference.mean(), difference.max()));
        view.setAccessibleText("Where the pictures differ: " + summary.getText());
    }

    private static boolean sameSize(Image a, Image b) {
        return (int) a.getWidth() == (int) b.getWidth() && (int) a.getHeight() == (int) b.getHeight();
    }

    private static int[] pixels(Image image) {
        int width = (int) image.getWidth();
        int height = (int) image.getHeight();
        int[] pixels = new int[width * height];
        Objects.requireNonNull(image.getPixelReader(), "the image is loaded").getPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), pixels, 0, width);
        return pixels;
    }

    private static final class Ramp extends DrawnRegion {
        Ramp() {
            setMinSize(140, 8);
            setPrefSize(140, 8);
            setMaxSize(140, 8);
        }

        @Override
        void draw(GraphicsContext g, double width, double height) {
            Stop[] stops = new Stop[LEGEND_STOPS + 1];
            for (int i = 0; i <= LEGEND_STOPS; i++) {
                double at = (double) i / LEGEND_STOPS;
                int argb = ColourRamp.argb(at);
                stops[i] = new Stop(at, Color.rgb(argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff));
            }
            g.setFill(new LinearGradient(0, 0, 1, 0, true, CycleMethod.NO_CYCLE, stops));
            g.fillRoundRect(0, 0, width, height, 4, 4);
        }
    }
}
