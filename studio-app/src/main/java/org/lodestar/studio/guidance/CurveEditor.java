package org.lodestar.studio.guidance;

import java.util.List;
import javafx.geometry.Point2D;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.VBox;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.WeightCurve;
import org.lodestar.studio.control.CurveField;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.text.Words;

/// Shows the strength curve of a card, and lets it be drawn: whatever the shape was, drawing makes it one through points.
public final class CurveEditor extends VBox {
    /// The policy it belongs to.
    static final String POLICY = "curve";

    private final TermViewModel card;
    private final CurveField field = new CurveField(WeightCurve.LARGEST);
    private boolean taking;

    public CurveEditor(TermViewModel card) {
        this.card = card;
        field.setId("draw-curve");
        field.setAccessibleHelp(Words.of("guidance.curve.help"));
        Tooltip.install(field, new Hint(Words.of("guidance.curve.help")));
        field.setOnDrawn(this::take);
        getChildren().add(field);
        card.termProperty().subscribe(term -> {
            if (!taking) {
                show();
            }
        });
    }

    /// Points that are being typed and are none yet leave the last curve in sight; the run says what is wrong with them.
    private void show() {
        try {
            WeightCurve curve = new WeightCurve(card.descriptor().check(card.term().parameters()));
            field.show(curve::at, curve.points().stream().map(point -> new Point2D(point.progress(), point.factor())).toList());
        } catch (EngineException.InvalidInput e) {
            field.setAccessibleHelp(String.valueOf(e.getMessage()));
        }
    }

    private void take(List<Point2D> drawn) {
        taking = true;
        card.parameter(WeightCurve.POINTS).set(WeightCurve.text(drawn.stream().map(point -> new WeightCurve.Point(point.getX(), point.getY())).toList()));
        card.parameter("shape").set(WeightCurve.POINTS);
        taking = false;
        show();
    }
}
