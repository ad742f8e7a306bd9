package org.lodestar.studio.create;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import javafx.collections.ListChangeListener;
import javafx.scene.control.Button;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.engine.image.Rgb;
import org.lodestar.studio.control.PlotLegend;
import org.lodestar.studio.control.Series;
import org.lodestar.studio.control.StepMark;
import org.lodestar.studio.control.StepStrip;
import org.lodestar.studio.control.TelemetryPlot;
import org.lodestar.studio.fx.PixelSurface;
import org.lodestar.studio.text.Numbers;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The steps under the picture: thumbnails to scrub, curves of what guidance did, readings at the selected step, and the way to branch there.
final class TimelineView extends VBox {

    private final CreateViewModel create;
    private final StageViewModel model;
    private final StepStrip strip = new StepStrip();
    private final TelemetryPlot plot = new TelemetryPlot();
    private final PlotLegend legend = new PlotLegend(plot);

    TimelineView(CreateViewModel create) {
        this.create = create;
        this.model = create.stage();
        getStyleClass().add("timeline");
        strip.setId("steps-strip");
        plot.setEmptyText(Words.of("plot.empty"));
        plot.setOnStepChosen(model::select);
        HBox.setHgrow(plot, Priority.ALWAYS);
        HBox below = new HBox(plot, side());
        below.getStyleClass().add("readings");
        getChildren().addAll(strip, below);
        follow();
    }

    /// The strip, for its keys.
    StepStrip strip() {
        return strip;
    }

    private VBox side() {
        Button branch = new Button(Words.of("create.branch"), Icons.icon(Feather.GIT_BRANCH));
        branch.setId("branch");
        branch.disableProperty().bind(create.branchableProperty().not());
        branch.setOnAction(event -> create.branchHere());
        branch.setTooltip(new Tooltip(Words.of("create.branch.help")));
        branch.setAccessibleText(Words.of("create.branch"));
        branch.setMaxWidth(Double.MAX_VALUE);
        Region gap = new Region();
        VBox.setVgrow(gap, Priority.ALWAYS);
        VBox side = new VBox(legend, gap, branch);
        side.getStyleClass().add("timeline-side");
        return side;
    }

    private void follow() {
        model.runProperty().subscribe(run -> {
            strip.begin(run == null ? 0 : run.steps());
            plot.stepsProperty().set(run == null ? 0 : run.steps());
        });
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
        model.marks().subscribe(() -> strip.marks().setAll(model.marks().stream().map(TimelineView::mark).toList()));
        model.readings().subscribe(this::drawReadings);
        drawReadings();
    }

    private void drawReadings() {
        List<StepReading> readings = model.readings();
        plot.setSeries(List.of(
                series("alignment", 1, readings, StepReading::alignment, Series.Range.AUTO, value -> Numbers.fixed(value, 3)),
                series("size", 2, readings, StepReading::differenceRatio, Series.Range.AUTO, value -> Numbers.fixed(value, 2)),
                series("push", 3, readings, StepReading::parallelShare, Series.Range.UNIT, Numbers::percent),
                series("effective", 4, readings, StepReading::effectiveWeight, Series.Range.AUTO, value -> Numbers.fixed(value, 1))));
        legend.update();
    }

    private static Series series(
            String key, int color, List<StepReading> readings, ToDoubleFunction<StepReading> value, Series.Range range, DoubleFunction<String> format) {
        List<Double> values = readings.stream().mapToDouble(value).boxed().toList();
        return new Series(Words.of("reading." + key), Words.of("reading." + key + ".help"), color, values, range, format);
    }

    private static StepMark mark(StageMark mark) {
        StepMark.Kind kind =
                switch (mark.kind()) {
                    case EDIT -> StepMark.Kind.EDIT;
                    case GUIDANCE -> StepMark.Kind.CUT;
                    case BRANCH -> StepMark.Kind.BRANCH;
                };
        return new StepMark(mark.step(), kind, mark.text(), mark.help());
    }
}
