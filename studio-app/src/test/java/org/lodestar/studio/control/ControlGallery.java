package org.lodestar.studio.control;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javafx.application.Platform;
import javafx.geometry.Insets;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.image.Image;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import org.lodestar.studio.theme.Look;
import org.lodestar.studio.theme.Theme;

/// Shows every control with made-up but lively data and saves pictures of them, to be looked at: `ControlGallery FOLDER`.
public final class ControlGallery {

    private ControlGallery() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0]));
        CountDownLatch done = new CountDownLatch(1);
        Platform.startup(() -> {
            try {
                Look.loadFonts();
                for (Theme theme : Theme.values()) {
                    for (var page : pages().entrySet()) {
                        save(page.getValue(), theme, folder.resolve(page.getKey() + "-" + theme.name().toLowerCase(Locale.ROOT) + ".png"));
                    }
                }
            } finally {
                done.countDown();
            }
        });
        done.await();
        Platform.exit();
    }

    private static Map<String, Parent> pages() {
        Map<String, Parent> pages = new LinkedHashMap<>();
        pages.put("pictures", pictures());
        pages.put("steps", steps());
        pages.put("pairs", pairs());
        pages.put("sliders", sliders());
        return pages;
    }

    private static Parent pictures() {
        PictureView empty = new PictureView();
        empty.emptyTextProperty().set("Type a prompt and press Ctrl+Enter. The picture forms here, step by step.");
        PictureView preview = view(Picture.preview(fox(16, 0.25, 1), 128, 128));
        PictureView fit = view(Picture.of(fox(128, 0, 1)));
        PictureView close = view(Picture.of(fox(128, 0, 1)));
        close.viewportProperty().set(new Viewport(false, 8, 0.5, 0.42));
        PictureView small = view(Picture.of(fox(1024, 0, 1)));
        PictureView actual = view(Picture.of(fox(128, 0, 1)));
        actual.viewportProperty().set(Viewport.ACTUAL);
        return column(row(empty, preview, fit), row(close, small, actual));
    }

    private static PictureView view(Picture picture) {
        PictureView view = new PictureView();
        view.setPicture(picture);
        return view;
    }

    private static Parent steps() {
        StepStrip running = strip(20, 14);
        running.marks().add(new StepMark(5, StepMark.Kind.EDIT, "10→12", "Strength changed from 10 to 12"));
        running.marks().add(new StepMark(13, StepMark.Kind.CUT, "AG", "Guidance stopped: aligned"));
        StepStrip scrubbed = strip(50, 50);
        scrubbed.select(17);
        scrubbed.marks().add(new StepMark(20, StepMark.Kind.EDIT, "7→9", ""));
        scrubbed.marks().add(new StepMark(21, StepMark.Kind.EDIT, "9→11", ""));
        scrubbed.marks().add(new StepMark(30, StepMark.Kind.BRANCH, "branch", ""));
        StepStrip many = strip(150, 120);
        many.select(60);
        many.marks().add(new StepMark(149, StepMark.Kind.CUT, "AG", ""));
        TelemetryPlot plot = new TelemetryPlot();
        plot.stepsProperty().set(20);
        plot.setSeries(telemetry(14));
        plot.markedStepProperty().set(13);
        PlotLegend legend = new PlotLegend(plot);
        legend.update();
        HBox.setHgrow(plot, Priority.ALWAYS);
        HBox reading = new HBox(12, plot, legend);
        TelemetryPlot lanes = new TelemetryPlot();
        lanes.stepsProperty().set(20);
        lanes.sharedRangeProperty().set(true);
        lanes.setSeries(lanes());
        lanes.markedStepProperty().set(8);
        TelemetryPlot nothing = new TelemetryPlot();
        nothing.setEmptyText("What guidance does at each step is drawn here");
        return column(running, reading, scrubbed, lanes, many, strip(0, 0), nothing);
    }

    private static Parent pairs() {
        AbSlider slider = new AbSlider();
        slider.firstProperty().set(Picture.of(fox(128, 0, 1.6)));
        slider.secondProperty().set(Picture.of(fox(128, 0, 0.8)));
        slider.setNames("A", "lane-a", "B", "lane-b");
        HeatMap heat = new HeatMap();
        heat.firstProperty().set(Picture.of(fox(128, 0, 1.6)));
        heat.secondProperty().set(Picture.of(fox(128, 0, 0.8)));
        FlipView flip = new FlipView();
        flip.setSides(List.of(new FlipView.Side("A", "lane-a", Picture.of(fox(128, 0, 1.6))), new FlipView.Side("B", "lane-b", null)));
        HBox.setHgrow(slider, Priority.ALWAYS);
        HBox.setHgrow(heat, Priority.ALWAYS);
        return column(row(slider, heat, flip));
    }

    private static Parent sliders() {
        ValueSlider strength = new ValueSlider("Strength", "How strongly the prompt pulls.", new ValueSlider.Bounds(0, 100, 30, 7.5, 0.5, false, ""));
        ValueSlider momentum = new ValueSlider("Momentum β", "", new ValueSlider.Bounds(-1, 1, 1, 0, 0.05, false, ""));
        momentum.setValue(-0.75);
        ValueSlider cap = new ValueSlider("Cap r", "", new ValueSlider.Bounds(0, 100, 15, 0, 0.1, false, ""));
        cap.setValue(42.25);
        ValueSlider count = new ValueSlider("Every", "", new ValueSlider.Bounds(1, 10, 10, 2, 1, true, "steps"));
        ValueSlider wrong = new ValueSlider("Stop at cosine", "", new ValueSlider.Bounds(0, 1, 1, 0.991, 0.001, false, ""));
        wrong.field().setText("1.4");
        VBox card = new VBox(8, strength, momentum, cap, count, wrong);
        card.setPrefWidth(290);
        card.setPadding(new Insets(12));
        return new HBox(card);
    }

    private static StepStrip strip(int steps, int done) {
        StepStrip strip = new StepStrip();
        strip.begin(steps);
        for (int step = 0; step < done; step++) {
            strip.setThumbnail(step, fox(16, 1 - Math.pow((step + 1.0) / steps, 0.8), 1));
        }
        strip.setDone(done);
        return strip;
    }

    private static List<Series> telemetry(int done) {
        Double[] alignment = new Double[20];
        Double[] size = new Double[20];
        Double[] push = new Double[20];
        for (int i = 0; i < 20; i++) {
            boolean there = i < done && i != 8;
            alignment[i] = there ? 1 - 0.4 * Math.exp(-i / 5.0) : Double.NaN;
            size[i] = there ? 0.7 * Math.exp(-i / 6.0) + 0.04 * Math.sin(i) : Double.NaN;
            push[i] = there ? 0.38 + 0.1 * Math.sin(i / 4.0) : Double.NaN;
        }
        return List.of(
                new Series("alignment", "How much prompt and negative agree.", 1, List.of(alignment), Series.Range.AUTO, v -> String.format(Locale.ROOT, "%.3f", v)),
                new Series("guidance size", "", 2, List.of(size), Series.Range.AUTO, v -> String.format(Locale.ROOT, "%.2f", v)),
                new Series("colour push", "", 3, List.of(push), Series.Range.UNIT, v -> String.format(Locale.ROOT, "%.0f %%", v * 100)));
    }

    private static List<Series> lanes() {
        List<Series> all = new ArrayList<>();
        for (int lane = 0; lane < 4; lane++) {
            Double[] values = new Double[20];
            for (int i = 0; i < 20; i++) {
                values[i] = 15 - lane * 3 - i * 0.2 * lane + Math.sin(i + lane);
            }
            all.add(new Series("ABCD".substring(lane, lane + 1), "", 5 + lane, List.of(values), Series.Range.AUTO, v -> String.format(Locale.ROOT, "%.1f", v)));
        }
        return all;
    }

    /// A fox-coloured face: enough edges, flat parts and gradients to judge scaling by.
    static Image fox(int size, double blur, double burn) {
        WritableImage image = new WritableImage(size, size);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                double u = (x + 0.5) / size * 2 - 1;
                double v = (y + 0.5) / size * 2 - 1;
                double face = edge(0.62 - Math.hypot(u * 0.95, v * 1.05 - 0.1), blur, size);
                double ears = edge(0.2 - Math.abs(Math.abs(u) - 0.42) - Math.max(0, -v - 0.75) * 0.5 - Math.max(0, v + 0.35), blur, size) * (v < 0 ? 1 : 0);
                double cheek = edge(v - 0.2 + 0.12 * Math.cos(u * 5), blur, size) * face;
                double eyes = edge(0.075 - Math.hypot((Math.abs(u) - 0.22) * 1.6, v - 0.05), blur, size) + edge(0.06 - Math.hypot(u, v - 0.3), blur, size);
                double in = Math.max(face, ears);
                double r = mix(mix(0.75, 1.0, in), mix(1, 0.98, cheek), cheek);
                double g = mix(mix(0.73, 0.5 - 0.2 * v, in), 0.85, cheek);
                double b = mix(mix(0.70, 0.12, in), 0.75, cheek);
                double dark = 1 - Math.min(1, eyes) * 0.8;
                image.getPixelWriter().setArgb(x, y, 0xff000000 | level(r * dark, burn) << 16 | level(g * dark, burn) << 8 | level(b * dark, burn));
            }
        }
        return image;
    }

    private static double edge(double distance, double blur, int size) {
        return Math.clamp(distance / (blur + 2.0 / size) + 0.5, 0.0, 1.0);
    }

    private static double mix(double a, double b, double t) {
        return a + t * (b - a);
    }

    private static int level(double value, double burn) {
        return (int) Math.round(255 * Math.clamp(0.5 + (value - 0.5) * burn, 0.0, 1.0));
    }

    private static HBox row(Node... nodes) {
        HBox row = new HBox(8, nodes);
        for (Node node : nodes) {
            HBox.setHgrow(node, Priority.ALWAYS);
        }
        VBox.setVgrow(row, Priority.ALWAYS);
        return row;
    }

    private static VBox column(Node... nodes) {
        VBox column = new VBox(12, nodes);
        column.setPadding(new Insets(12));
        return column;
    }

    private static void save(Parent page, Theme theme, Path file) {
        Scene scene = new Scene(page, 1000, 640);
        Look.apply(theme, scene);
        Stage stage = new Stage();
        stage.setScene(scene);
        stage.show();
        page.applyCss();
        page.layout();
        WritableImage shot = scene.snapshot(null);
        Snapshots.save(shot, file);
        stage.hide();
    }
}
