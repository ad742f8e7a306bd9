package org.lodestar.studio.create;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import javafx.geometry.Orientation;
import javafx.scene.control.Button;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.studio.control.Explained;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.Series;
import org.lodestar.studio.control.StepMark;
import org.lodestar.studio.text.Numbers;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.timeline.StepControls;
import org.lodestar.studio.theme.Icons;

/// The steps under the picture: thumbnails to scrub, curves of what guidance did, readings at the selected step, and the way to branch there.
final class TimelineView extends VBox {
    private final CreateViewModel create;
    private final StageViewModel model;
    private final StepControls steps;

    TimelineView(CreateViewModel create) {
        this.create = create;
        this.model = create.stage();
        this.steps = new StepControls(model.steps(), Words.of("plot.empty"), Orientation.VERTICAL);
        getStyleClass().add("timeline");
        HBox.setHgrow(steps.plot(), Priority.ALWAYS);
        HBox below = new HBox(steps.plot(), side());
        below.getStyleClass().add("readings");
        getChildren().addAll(steps.strip(), below);
        model.marks().subscribe(() -> steps.strip().marks().setAll(model.marks().stream().map(TimelineView::mark).toList()));
        model.readings().subscribe(this::drawReadings);
        drawReadings();
    }

    /// Moves the selected step by one of the scrubbing keys; false if `event` is none.
    boolean scrub(KeyEvent event) {
        return steps.strip().scrub(event);
    }

    private VBox side() {
        Button branch = new Button(Words.of("create.branch"), Icons.icon(Feather.GIT_BRANCH));
        branch.setId("branch");
        branch.disableProperty().bind(create.branchableProperty().not());
        branch.setOnAction(event -> create.branchHere());
        branch.setTooltip(new Hint(Words.of("create.branch.help")));
        branch.setAccessibleText(Words.of("create.branch"));
        branch.setMaxWidth(Double.MAX_VALUE);
        Region gap = new Region();
        VBox.setVgrow(gap, Priority.ALWAYS);
        VBox side = new VBox(steps.legend(), gap, new Explained(branch, Words.of("create.branch.off")));
        side.getStyleClass().add("timeline-side");
        return side;
    }

    private void drawReadings() {
        List<StepReading> readings = model.readings();
        steps.plot().setSeries(List.of(
                series("alignment", 1, readings, StepReading::alignment, Series.Range.AUTO, value -> Numbers.fixed(value, 3)),
                series("size", 2, readings, StepReading::differenceRatio, Series.Range.AUTO, value -> Numbers.fixed(value, 2)),
                series("push", 3, readings, StepReading::parallelShare, Series.Range.UNIT, Numbers::percent),
                series("effective", 4, readings, StepReading::effectiveWeight, Series.Range.AUTO, value -> Numbers.fixed(value, 1))));
        steps.legend().update();
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
