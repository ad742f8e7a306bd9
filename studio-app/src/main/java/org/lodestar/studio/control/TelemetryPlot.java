package org.lodestar.studio.control;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.css.CssMetaData;
import javafx.css.Styleable;
import javafx.css.StyleableProperty;
import javafx.css.StyleablePropertyFactory;
import javafx.geometry.Bounds;
import javafx.geometry.VPos;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.shape.StrokeLineCap;
import javafx.scene.shape.StrokeLineJoin;
import javafx.scene.text.Font;
import javafx.scene.text.Text;
import javafx.scene.text.TextAlignment;

/// Numbers over the steps of a run, from noise on the left to the clean picture on the right.
///
/// Steps lie where [StepStrip] has them at the same width. Each [Series] has its own axis unless [#sharedRangeProperty()] is on. A vertical line marks [#markedStepProperty()]; the
/// pointer reads other steps out and, when pressed, asks for them ([#setOnStepChosen]).
public final class TelemetryPlot extends DrawnRegion {

    private static final StyleablePropertyFactory<TelemetryPlot> FACTORY = new StyleablePropertyFactory<>(Region.getClassCssMetaData());
    private static final double INSET = 2;
    private static final double AXIS_HEIGHT = 15;
    private static final double PAD = 5;

    private final IntegerProperty steps = new SimpleIntegerProperty(this, "steps", 0);
    private final IntegerProperty marked = new SimpleIntegerProperty(this, "markedStep", -1);
    private final ReadOnlyIntegerWrapper hovered = new ReadOnlyIntegerWrapper(this, "hovered", -1);
    private final BooleanProperty sharedRange = new SimpleBooleanProperty(this, "sharedRange");
    private final List<Series> series = new ArrayList<>();
    private IntConsumer onStepChosen = step -> {};
    private String emptyText = "";

    private final StyleableProperty<Color> fieldColor =
            drawn(FACTORY.createStyleableColorProperty(this, "fieldColor", "-plot-field", plot -> plot.fieldColor, Color.web("#17181a")));
    private final StyleableProperty<Color> gridColor =
            drawn(FACTORY.createStyleableColorProperty(this, "gridColor", "-plot-grid", plot -> plot.gridColor, Color.web("#303337")));
    private final StyleableProperty<Color> textColor =
            drawn(FACTORY.createStyleableColorProperty(this, "textColor", "-plot-text", plot -> plot.textColor, Color.web("#9a9fa6")));
    private final StyleableProperty<Color> cursorColor =
            drawn(FACTORY.createStyleableColorProperty(this, "cursorColor", "-plot-cursor", plot -> plot.cursorColor, Color.web("#7aa2ff")));
    private final StyleableProperty<Color> tipColor =
            drawn(FACTORY.createStyleableColorProperty(this, "tipColor", "-plot-tip", plot -> plot.tipColor, Color.web("#26282b")));
    private final StyleableProperty<Color> tipTextColor =
            drawn(FACTORY.createStyleableColorProperty(this, "tipTextColor", "-plot-tip-text", plot -> plot.tipTextColor, Color.web("#e6e7e9")));
    private final StyleableProperty<Font> plotFont =
            drawn(FACTORY.createStyleableFontProperty(this, "plotFont", "-fx-font", plot -> plot.plotFont, Font.font(10), true));
    private final StyleableProperty<Color> color1 = seriesColor(1, "#7ecf9a");
    private final StyleableProperty<Color> color2 = seriesColor(2, "#f2b46d");
    private final StyleableProperty<Color> color3 = seriesColor(3, "#c49bff");
    private final StyleableProperty<Color> color4 = seriesColor(4, "#7aa2ff");
    private final StyleableProperty<Color> color5 = seriesColor(5, "#f2b46d");
    private final StyleableProperty<Color> color6 = seriesColor(6, "#7aa2ff");
    private final StyleableProperty<Color> color7 = seriesColor(7, "#7ecf9a");
    private final StyleableProperty<Color> color8 = seriesColor(8, "#e58fc0");

    public TelemetryPlot() {
        getStyleClass().add("telemetry-plot");
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setMinSize(120, 60);
        setPrefSize(400, 96);
        setMaxWidth(Double.MAX_VALUE);
        redrawOn(steps, marked, hovered, sharedRange);
        marked.subscribe(step -> describe());
        addEventHandler(MouseEvent.MOUSE_MOVED, event -> hovered.set(stepAt(event.getX())));
        addEventHandler(MouseEvent.MOUSE_EXITED, event -> hovered.set(-1));
        addEventHandler(MouseEvent.MOUSE_PRESSED, event -> choose(event.getX()));
        addEventHandler(MouseEvent.MOUSE_DRAGGED, event -> choose(event.getX()));
    }

    /// Replaces all lines.
    public void setSeries(List<Series> lines) {
        series.clear();
        series.addAll(lines);
        describe();
        redraw();
    }

    public List<Series> series() {
        return List.copyOf(series);
    }

    /// How many steps the axis has; 0 draws an empty field.
    public IntegerProperty stepsProperty() {
        return steps;
    }

    /// The marked step, or -1.
    public IntegerProperty markedStepProperty() {
        return marked;
    }

    /// The step under the pointer, or -1.
    public ReadOnlyIntegerProperty hoveredProperty() {
        return hovered.getReadOnlyProperty();
    }

    /// Whether all lines are drawn on one axis, which then has its ends written at the left.
    public BooleanProperty sharedRangeProperty() {
        return sharedRange;
    }

    /// Called when the user presses or drags on a step.
    public void setOnStepChosen(IntConsumer action) {
        onStepChosen = action;
    }

    /// Shown in the field while there is nothing to draw.
    public void setEmptyText(String text) {
        emptyText = text;
        redraw();
    }

    /// The colour the style sheet gives a series.
    Color color(int index) {
        return switch (index) {
            case 1 -> color1.getValue();
            case 2 -> color2.getValue();
            case 3 -> color3.getValue();
            case 4 -> color4.getValue();
            case 5 -> color5.getValue();
            case 6 -> color6.getValue();
            case 7 -> color7.getValue();
            default -> color8.getValue();
        };
    }

    @Override
    void draw(GraphicsContext g, double width, double height) {
        double bottom = height - AXIS_HEIGHT;
        g.setFill(fieldColor.getValue());
        g.fillRoundRect(INSET, 0, width - 2 * INSET, bottom, 6, 6);
        g.setFont(plotFont.getValue());
        g.setFill(textColor.getValue());
        g.setTextBaseline(VPos.BOTTOM);
        g.setTextAlign(TextAlignment.LEFT);
        g.fillText("noise", INSET + 1, height);
        g.setTextAlign(TextAlignment.RIGHT);
        g.fillText("clean", width - INSET - 1, height);
        boolean nothing = series.stream().allMatch(line -> line.values().stream().allMatch(value -> value.isNaN()));
        if (steps.get() == 0 || nothing) {
            g.setTextAlign(TextAlignment.CENTER);
            g.setTextBaseline(VPos.CENTER);
            g.fillText(emptyText, width / 2, bottom / 2);
        }
        if (steps.get() == 0) {
            return;
        }
        StepScale scale = scale(width);
        if (!nothing) {
            drawGrid(g, width, bottom);
            Series.Range shared = sharedRange.get() ? sharedRange() : Series.Range.AUTO;
            for (Series line : series) {
                drawLine(g, line, sharedRange.get() ? shared : line.range().fitted(line.values()), scale, bottom);
            }
            if (sharedRange.get()) {
                drawEnds(g, shared, bottom);
            }
        }
        if (marked.get() >= 0 && marked.get() < steps.get()) {
            g.setStroke(cursorColor.getValue());
            g.setLineWidth(1.5);
            double x = snap(INSET + scale.centre(marked.get()));
            g.strokeLine(x, 1, x, bottom - 1);
        }
        if (hovered.get() >= 0 && hovered.get() < steps.get()) {
            drawReadOut(g, hovered.get(), scale, width, bottom);
        }
    }

    @Override
    public List<CssMetaData<? extends Styleable, ?>> getCssMetaData() {
        return FACTORY.getCssMetaData();
    }

    private StyleableProperty<Color> seriesColor(int index, String initial) {
        return drawn(FACTORY.createStyleableColorProperty(
                this, "color" + index, "-plot-series-" + index, plot -> plot.seriesProperty(index), Color.web(initial)));
    }

    private StyleableProperty<Color> seriesProperty(int index) {
        return switch (index) {
            case 1 -> color1;
            case 2 -> color2;
            case 3 -> color3;
            case 4 -> color4;
            case 5 -> color5;
            case 6 -> color6;
            case 7 -> color7;
            default -> color8;
        };
    }

    private StepScale scale(double width) {
        return StepScale.of(steps.get(), width - 2 * INSET);
    }

    private Series.Range sharedRange() {
        List<Double> all = series.stream().flatMap(line -> line.values().stream()).toList();
        return series.getFirst().range().fitted(all);
    }

    private void drawGrid(GraphicsContext g, double width, double bottom) {
        g.setStroke(withOpacity(gridColor.getValue(), 0.6));
        g.setLineWidth(1);
        for (int quarter = 1; quarter < 4; quarter++) {
            double y = snap(PAD + (bottom - 2 * PAD) * quarter / 4) + 0.5;
            g.strokeLine(INSET + 1, y, width - INSET - 1, y);
        }
    }

    private void drawEnds(GraphicsContext g, Series.Range range, double bottom) {
        DoubleFunction<String> format = series.getFirst().format();
        drawEnd(g, format.apply(range.high()), 3);
        drawEnd(g, format.apply(range.low()), bottom - 3 - textSize("0").getHeight());
    }

    private void drawEnd(GraphicsContext g, String text, double top) {
        Bounds size = textSize(text);
        g.setFill(fieldColor.getValue());
        g.fillRect(INSET + 3, top, size.getWidth() + 4, size.getHeight());
        g.setFill(textColor.getValue());
        g.setTextAlign(TextAlignment.LEFT);
        g.setTextBaseline(VPos.TOP);
        g.fillText(text, INSET + 5, top);
    }

    private void drawLine(GraphicsContext g, Series line, Series.Range range, StepScale scale, double bottom) {
        Color color = color(line.color());
        g.setStroke(color);
        g.setFill(color);
        g.setLineWidth(1.6);
        g.setLineCap(StrokeLineCap.ROUND);
        g.setLineJoin(StrokeLineJoin.ROUND);
        boolean open = false;
        for (int step = 0; step < steps.get(); step++) {
            double value = line.at(step);
            double x = INSET + scale.centre(step);
            double y = y(range, value, bottom);
            if (!Double.isFinite(value)) {
                open = stroke(g, open);
            } else if (open) {
                g.lineTo(x, y);
            } else if (Double.isFinite(line.at(step + 1)) && step + 1 < steps.get()) {
                g.beginPath();
                g.moveTo(x, y);
                open = true;
            } else {
                g.fillOval(x - 1.6, y - 1.6, 3.2, 3.2);
            }
            if (step == marked.get() && Double.isFinite(value)) {
                g.fillOval(x - 3, y - 3, 6, 6);
            }
        }
        stroke(g, open);
    }

    private static boolean stroke(GraphicsContext g, boolean open) {
        if (open) {
            g.stroke();
        }
        return false;
    }

    private static double y(Series.Range range, double value, double bottom) {
        return bottom - PAD - Math.clamp(range.share(value), 0.0, 1.0) * (bottom - 2 * PAD);
    }

    private void drawReadOut(GraphicsContext g, int step, StepScale scale, double width, double bottom) {
        double x = snap(INSET + scale.centre(step));
        g.setStroke(withOpacity(textColor.getValue(), 0.7));
        g.setLineWidth(1);
        g.strokeLine(x + 0.5, 1, x + 0.5, bottom - 1);
        List<String> lines = new ArrayList<>();
        lines.add("step " + (step + 1));
        series.forEach(line -> lines.add(line.name() + " " + line.textAt(step)));
        double lineHeight = textSize("X").getHeight();
        double wide = lines.stream().mapToDouble(line -> textSize(line).getWidth()).max().orElse(0) + 26;
        double high = Math.min(bottom, lineHeight * lines.size() + 8);
        double left = x + 8 + wide > width - INSET ? x - 8 - wide : x + 8;
        double top = Math.max(0, (bottom - high) / 2);
        g.setFill(withOpacity(tipColor.getValue(), 0.94));
        g.fillRoundRect(left, top, wide, high, 6, 6);
        g.setTextAlign(TextAlignment.LEFT);
        g.setTextBaseline(VPos.TOP);
        for (int i = 0; i < lines.size(); i++) {
            double y = top + 4 + i * lineHeight;
            if (i > 0) {
                g.setFill(color(series.get(i - 1).color()));
                g.fillOval(left + 7, y + lineHeight / 2 - 3, 6, 6);
            }
            g.setFill(i == 0 ? textColor.getValue() : tipTextColor.getValue());
            g.fillText(lines.get(i), left + (i == 0 ? 7 : 18), y);
        }
    }

    private Bounds textSize(String text) {
        Text measure = new Text(text);
        measure.setFont(plotFont.getValue());
        return measure.getLayoutBounds();
    }

    private int stepAt(double x) {
        return steps.get() == 0 ? -1 : scale(getWidth()).stepAt(x - INSET);
    }

    private void choose(double x) {
        int step = stepAt(x);
        if (step >= 0) {
            hovered.set(step);
            onStepChosen.accept(step);
        }
    }

    private void describe() {
        String readings = series.stream().map(line -> line.name() + " " + line.textAt(marked.get())).collect(Collectors.joining(", "));
        setAccessibleText(readings.isEmpty() ? "Plot, empty" : "Plot at step " + (marked.get() + 1) + ": " + readings);
    }
}
