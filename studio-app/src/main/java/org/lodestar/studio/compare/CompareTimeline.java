package org.lodestar.studio.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.lodestar.studio.control.InWords;
import org.lodestar.studio.control.Series;
import org.lodestar.studio.control.StepMark;
import org.lodestar.studio.text.Numbers;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.timeline.StepControls;

/// The steps of all lanes: lane A's thumbnails to scrub, and one curve per lane of a quantity of choice.
final class CompareTimeline extends VBox {
    private static final Series.Range FROM_ZERO = new Series.Range(0, Double.NaN);

    private final LinkedRunViewModel model;
    private final StepControls steps;

    /// @param end stands at the right of the readings
    CompareTimeline(LinkedRunViewModel model, Node end) {
        this.model = model;
        this.steps = new StepControls(model.steps(), Words.of("compare.plot.empty"), Orientation.HORIZONTAL);
        getStyleClass().add("compare-timeline");
        steps.plot().sharedRangeProperty().set(true);
        HBox.setHgrow(steps.legend(), Priority.ALWAYS);
        HBox readings = new HBox(quantity(), steps.legend(), end);
        readings.getStyleClass().add("readings");
        getChildren().addAll(steps.strip(), readings, steps.plot());
        model.marks().subscribe(() -> steps.strip().marks().setAll(model.marks().stream().map(CompareTimeline::mark).toList()));
        model.curvesProperty().subscribe(curves -> draw(curves));
    }

    /// Moves the selected step by one of the scrubbing keys; false if `event` is none.
    boolean scrub(KeyEvent event) {
        return steps.strip().scrub(event);
    }

    private ComboBox<Quantity> quantity() {
        ComboBox<Quantity> box = new ComboBox<>();
        box.setId("quantity");
        box.getStyleClass().add("quiet-box");
        box.setMinWidth(USE_PREF_SIZE);
        box.setAccessibleText(Words.of("compare.quantity"));
        box.getItems().setAll(Quantity.values());
        box.setConverter(new InWords<>(quantity -> Words.of("compare.quantity." + quantity)));
        box.valueProperty().bindBidirectional(model.quantityProperty());
        return box;
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
        steps.plot().setSeries(lines);
        steps.legend().update();
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
