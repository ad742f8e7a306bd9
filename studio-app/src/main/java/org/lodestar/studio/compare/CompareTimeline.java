package org.lodestar.studio.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import javafx.collections.ListChangeListener;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.image.Rgb;
import org.lodestar.studio.control.PlotLegend;
import org.lodestar.studio.control.Series;
import org.lodestar.studio.control.StepMark;
import org.lodestar.studio.control.StepStrip;
import org.lodestar.studio.control.TelemetryPlot;
import org.lodestar.studio.fx.PixelSurface;
import org.lodestar.studio.text.Numbers;
import org.lodestar.studio.text.Words;

/// The steps of all lanes: lane A's thumbnails to scrub, and one curve per lane of a quantity of choice.
final class CompareTimeline extends VBox {
    private static final Series.Range FROM_ZERO = new Series.Range(0, Double.NaN);

    private final CompareViewModel model;
    private final StepStrip strip = new StepStrip();
    private final TelemetryPlot plot = new TelemetryPlot();
    private final PlotLegend legend = new PlotLegend(plot, Orientation.HORIZONTAL);

    /// @param end stands at the right of the readings
    CompareTimeline(CompareViewModel model, Node end) {
        this.model = model;
        getStyleClass().add("compare-timeline");
        strip.setId("steps-strip");
        plot.setId("plot");
        plot.setEmptyText(Words.of("compare.plot.empty"));
        plot.setOnStepChosen(model::select);
        plot.sharedRangeProperty().set(true);
        HBox.setHgrow(legend, Priority.ALWAYS);
        HBox readings = new HBox(quantity(), legend, end);
        readings.getStyleClass().add("readings");
        getChildren().addAll(strip, readings, plot);
        follow();
    }

    /// The strip, for its keys.
    StepStrip strip() {
        return strip;
    }

    private ComboBox<Quantity> quantity() {
        ComboBox<Quantity> box = new ComboBox<>();
        box.setId("quantity");
        box.getStyleClass().add("quiet-box");
        box.setAccessibleText(Words.of("compare.quantity"));
        box.getItems().setAll(Quantity.values());
        box.setConverter(new StringConverter<>() {
            @Override
            public String toString(@Nullable Quantity quantity) {
                return quantity == null ? "" : Words.of("compare.quantity." + quantity);
            }

            @Override
            public Quantity fromString(String typed) {
                throw new UnsupportedOperationException("nothing can be typed here, found " + typed);
            }
        });
        box.valueProperty().bindBidirectional(model.quantityProperty());
        return box;
    }

    private void follow() {
        model.runStepsProperty().subscribe(steps -> {
            strip.begin(steps.intValue());
            plot.stepsProperty().set(steps.intValue());
        });
        model.runProperty().subscribe(run -> strip.begin(model.runStepsProperty().get()));
        model.thumbnails().addListener((ListChangeListener<@Nullable Rgb>) change -> {
            while (change.next()) {
                for (int step = change.getFrom(); step < Math.min(change.getTo(), strip.stepsProperty().get()); step++) {
                    Rgb made = model.thumbnails().get(step);
                    strip.setThumbnail(step, made == null ? null : PixelSurface.image(made));
                }
            }
        });
        model.doneProperty().subscribe(done -> strip.setDone(done.intValue()));
        model.selectedProperty().subscribe(step -> {
            strip.select(step.intValue());
            plot.markedStepProperty().set(step.intValue());
        });
        strip.selectedProperty().subscribe(step -> {
            if (step.intValue() >= 0) {
                model.select(step.intValue());
            }
        });
        model.marks().subscribe(() -> strip.marks().setAll(model.marks().stream().map(CompareTimeline::mark).toList()));
        model.curvesProperty().subscribe(curves -> draw(curves));
    }

    private void draw(List<List<Double>> curves) {
        Quantity quantity = model.quantityProperty().get();
        List<Series> lines = new ArrayList<>();
        for (int lane = 0; lane < curves.size(); lane++) {
            lines.add(new Series(
                    LaneViewModel.name(lane),
                    Words.of("compare.quantity." + quantity + ".help"),
                    LaneStyles.color(lane),
                    curves.get(lane),
                    quantity == Quantity.COLOUR_PUSH ? FROM_ZERO : Series.Range.AUTO,
                    format(quantity)));
        }
        plot.setSeries(lines);
        legend.update();
    }

    private static DoubleFunction<String> format(Quantity quantity) {
        return switch (quantity) {
            case EFFECTIVE_WEIGHT -> value -> Numbers.fixed(value, 1);
            case ALIGNMENT, GUIDANCE_SIZE, LATENT_SPREAD -> value -> Numbers.fixed(value, 3);
            case COLOUR_PUSH -> Numbers::percent;
        };
    }

    private static StepMark mark(LaneMark mark) {
        String name = LaneViewModel.name(mark.lane());
        String key = mark.guided() ? "compare.mark.on" : "compare.mark.off";
        String help = Words.of(key + ".help", name) + (mark.note().isEmpty() ? "" : "\n" + mark.note());
        return new StepMark(mark.step(), StepMark.Kind.CUT, Words.of(key, name), help);
    }
}
