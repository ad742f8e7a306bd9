package org.lodestar.studio.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javafx.css.CssMetaData;
import javafx.css.Styleable;
import javafx.css.StyleableProperty;
import javafx.css.StyleablePropertyFactory;
import javafx.geometry.Point2D;
import javafx.geometry.VPos;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/// A factor over the run, from noise on the left (0) to the clean picture on the right (1), drawn with the mouse.
///
/// It shows a curve. A press takes hold of the nearest point, or adds one; where the curve has none yet, five are laid on it first. A point dragged keeps between its neighbours; a second click or Delete
/// takes it away, but never the last. With the focus here, the left and right arrows choose a point, up and down move it (with Shift finely), Insert adds one behind it. The line at the factor 1 is drawn
/// stronger.
public final class CurveField extends DrawnRegion {
    private static final StyleablePropertyFactory<CurveField> FACTORY = new StyleablePropertyFactory<>(Region.getClassCssMetaData());
    private static final double[] SEEDS = {0, 0.25, 0.5, 0.75, 1};
    private static final int SAMPLES = 200;
    private static final double INSET = 6;
    private static final double AXIS_HEIGHT = 15;
    private static final double REACH = 10;
    private static final double APART = 0.01;
    private static final double NUDGE = 0.1;
    private static final double FINE_NUDGE = 0.01;
    private static final double LEAST_TOP = 2;
    private static final double ROOM = 1.15;

    private final double largest;
    private final List<Point2D> points = new ArrayList<>();
    private DoubleUnaryOperator curve = p -> 1;
    private Consumer<List<Point2D>> onDrawn = drawn -> {};
    private int selected = -1;
    private boolean dragging;
    private double low;
    private double high = LEAST_TOP * ROOM;

    private final StyleableProperty<Color> fieldColor =
            drawn(FACTORY.createStyleableColorProperty(this, "fieldColor", "-curve-field", field -> field.fieldColor, Color.web("#17181a")));
    private final StyleableProperty<Color> gridColor =
            drawn(FACTORY.createStyleableColorProperty(this, "gridColor", "-curve-grid", field -> field.gridColor, Color.web("#303337")));
    private final StyleableProperty<Color> textColor =
            drawn(FACTORY.createStyleableColorProperty(this, "textColor", "-curve-text", field -> field.textColor, Color.web("#9a9fa6")));
    private final StyleableProperty<Color> lineColor =
            drawn(FACTORY.createStyleableColorProperty(this, "lineColor", "-curve-line", field -> field.lineColor, Color.web("#7aa2ff")));
    private final StyleableProperty<Font> fieldFont = drawn(FACTORY.createStyleableFontProperty(this, "fieldFont", "-fx-font", field -> field.fieldFont, Font.font(10), true));

    /// @param largest factors lie between this and its negative
    public CurveField(double largest) {
        this.largest = largest;
        getStyleClass().add("curve-field");
        setAccessibleRole(AccessibleRole.SLIDER);
        setFocusTraversable(true);
        setCursor(Cursor.CROSSHAIR);
        setMinSize(120, 90);
        setPrefSize(260, 110);
        setMaxWidth(Double.MAX_VALUE);
        redrawOn(focusedProperty());
        addEventHandler(MouseEvent.MOUSE_PRESSED, this::press);
        addEventHandler(MouseEvent.MOUSE_DRAGGED, this::drag);
        addEventHandler(MouseEvent.MOUSE_RELEASED, event -> release());
        addEventHandler(MouseEvent.MOUSE_CLICKED, event -> {
            if (event.getClickCount() == 2 && event.getButton() == MouseButton.PRIMARY && event.isStillSincePress()) {
                remove();
            }
            event.consume();
        });
        addEventHandler(KeyEvent.KEY_PRESSED, this::onKey);
        describe();
    }

    /// Shows a curve and the points it goes through; none for a curve that is not drawn.
    public void show(DoubleUnaryOperator shown, List<Point2D> through) {
        curve = shown;
        if (!points.equals(through)) {
            points.clear();
            points.addAll(through);
            selected = Math.min(selected, points.size() - 1);
        }
        if (!dragging) {
            fit();
        }
        describe();
        redraw();
    }

    /// Called with the points after each change by the user, in rising order, `x` the progress 0..1 and `y` the factor, both in hundredths.
    public void setOnDrawn(Consumer<List<Point2D>> action) {
        onDrawn = action;
    }

    /// Where a point lies in the field.
    Point2D place(double progress, double factor) {
        return new Point2D(x(progress), y(factor));
    }

    List<Point2D> points() {
        return List.copyOf(points);
    }

    @Override
    void draw(GraphicsContext g, double width, double height) {
        double bottom = bottom();
        g.setFill(fieldColor.getValue());
        g.fillRoundRect(0, 0, width, bottom, 6, 6);
        g.setLineWidth(1);
        for (int factor = (int) Math.ceil(low); factor <= high; factor++) {
            g.setStroke(withOpacity(gridColor.getValue(), factor == 1 ? 1 : 0.5));
            g.setLineDashes(factor == 1 ? new double[] {4, 3} : new double[0]);
            double y = snap(y(factor)) + 0.5;
            g.strokeLine(1, y, width - 1, y);
        }
        g.setLineDashes();
        labels(g, width, height);
        Color line = lineColor.getValue();
        g.setFill(withOpacity(line, 0.12));
        g.beginPath();
        g.moveTo(x(0), y(Math.max(low, 0)));
        path(g);
        g.lineTo(x(1), y(Math.max(low, 0)));
        g.closePath();
        g.fill();
        g.setStroke(line);
        g.setLineWidth(1.8);
        g.beginPath();
        g.moveTo(x(0), y(curve.applyAsDouble(0)));
        path(g);
        g.stroke();
        for (int i = 0; i < points.size(); i++) {
            Point2D at = place(points.get(i).getX(), points.get(i).getY());
            boolean chosen = i == selected && (isFocused() || dragging);
            double radius = chosen ? 5 : 3.5;
            g.setFill(chosen ? line : fieldColor.getValue());
            g.fillOval(at.getX() - radius, at.getY() - radius, 2 * radius, 2 * radius);
            g.strokeOval(at.getX() - radius, at.getY() - radius, 2 * radius, 2 * radius);
        }
    }

    private void path(GraphicsContext g) {
        for (int i = 0; i <= SAMPLES; i++) {
            double p = (double) i / SAMPLES;
            g.lineTo(x(p), y(curve.applyAsDouble(p)));
        }
    }

    private void labels(GraphicsContext g, double width, double height) {
        g.setFont(fieldFont.getValue());
        g.setFill(textColor.getValue());
        g.setTextBaseline(VPos.BOTTOM);
        g.setTextAlign(TextAlignment.LEFT);
        g.fillText("noise", 2, height);
        g.setTextAlign(TextAlignment.RIGHT);
        g.fillText("clean", width - 2, height);
        g.setTextAlign(TextAlignment.CENTER);
        boolean telling = selected >= 0 && (isFocused() || dragging);
        g.fillText(telling ? reading(points.get(selected)) : "", width / 2, height);
        g.setTextAlign(TextAlignment.LEFT);
        g.fillText("×1", 4, y(1) - 1);
    }

    @Override
    public List<CssMetaData<? extends Styleable, ?>> getCssMetaData() {
        return FACTORY.getCssMetaData();
    }

    private double bottom() {
        return getHeight() - AXIS_HEIGHT;
    }

    private double x(double progress) {
        return INSET + progress * (getWidth() - 2 * INSET);
    }

    private double y(double factor) {
        return bottom() - INSET - (Math.clamp(factor, low, high) - low) / (high - low) * (bottom() - 2 * INSET);
    }

    private double progress(double x) {
        return Math.clamp((x - INSET) / (getWidth() - 2 * INSET), 0.0, 1.0);
    }

    private double factor(double y) {
        return low + Math.clamp((bottom() - INSET - y) / (bottom() - 2 * INSET), 0.0, 1.0) * (high - low);
    }

    /// Lays the axis around the curve, with room to draw higher.
    private void fit() {
        DoubleStream shown = IntStream.rangeClosed(0, SAMPLES).mapToDouble(i -> curve.applyAsDouble((double) i / SAMPLES));
        var all = DoubleStream.concat(shown, points.stream().mapToDouble(Point2D::getY)).summaryStatistics();
        high = Math.min(largest, Math.max(LEAST_TOP, all.getMax()) * ROOM);
        low = Math.max(-largest, Math.min(0, all.getMin() * ROOM));
    }

    private void press(MouseEvent event) {
        if (event.getButton() != MouseButton.PRIMARY) {
            return;
        }
        requestFocus();
        event.consume();
        dragging = true;
        seed();
        int near = near(event.getX(), event.getY());
        selected = near >= 0 ? near : insert(event.getX(), event.getY());
        if (near < 0) {
            told();
        }
        redraw();
    }

    private void drag(MouseEvent event) {
        if (dragging && selected >= 0) {
            move(progress(event.getX()), factor(event.getY()));
            event.consume();
        }
    }

    private void release() {
        dragging = false;
        fit();
        redraw();
    }

    private int near(double x, double y) {
        int best = -1;
        double least = REACH;
        for (int i = 0; i < points.size(); i++) {
            double distance = place(points.get(i).getX(), points.get(i).getY()).distance(x, y);
            if (distance <= least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }

    private void seed() {
        if (points.isEmpty()) {
            for (double p : SEEDS) {
                points.add(new Point2D(p, hundredths(curve.applyAsDouble(p))));
            }
            selected = 0;
        }
    }

    /// A point where the pointer is, unless its neighbours leave no room; then the nearer of them.
    private int insert(double x, double y) {
        double p = hundredths(progress(x));
        int at = (int) points.stream().filter(point -> point.getX() < p).count();
        boolean room = (at == 0 || p - points.get(at - 1).getX() >= APART / 2) && (at == points.size() || points.get(at).getX() - p >= APART / 2);
        if (!room) {
            return Math.min(at, points.size() - 1);
        }
        points.add(at, new Point2D(p, hundredths(factor(y))));
        return at;
    }

    private void move(double progress, double factor) {
        double least = selected == 0 ? 0 : points.get(selected - 1).getX() + APART;
        double most = selected == points.size() - 1 ? 1 : points.get(selected + 1).getX() - APART;
        Point2D moved = new Point2D(hundredths(Math.clamp(progress, least, Math.max(least, most))), hundredths(Math.clamp(factor, -largest, largest)));
        if (!moved.equals(points.get(selected))) {
            points.set(selected, moved);
            told();
        }
    }

    private void remove() {
        if (selected >= 0 && points.size() > 1) {
            points.remove(selected);
            selected = Math.min(selected, points.size() - 1);
            told();
            fit();
        }
    }

    private void told() {
        onDrawn.accept(points());
        describe();
        redraw();
    }

    private void onKey(KeyEvent event) {
        double nudge = event.isShiftDown() ? FINE_NUDGE : NUDGE;
        switch (event.getCode()) {
            case LEFT -> select(-1);
            case RIGHT -> select(1);
            case UP -> raise(nudge);
            case DOWN -> raise(-nudge);
            case INSERT -> addBehind();
            case DELETE, BACK_SPACE -> remove();
            default -> {
                return;
            }
        }
        event.consume();
    }

    private void select(int by) {
        boolean first = points.isEmpty() || selected < 0;
        seed();
        selected = first ? 0 : Math.clamp(selected + by, 0, points.size() - 1);
        describe();
        redraw();
    }

    private void raise(double by) {
        seed();
        selected = Math.max(selected, 0);
        Point2D point = points.get(selected);
        move(point.getX(), point.getY() + by);
        fit();
    }

    private void addBehind() {
        seed();
        int at = Math.clamp(selected, 0, Math.max(0, points.size() - 2));
        if (at + 1 < points.size() && points.get(at + 1).getX() - points.get(at).getX() >= 2 * APART) {
            Point2D middle = points.get(at).midpoint(points.get(at + 1));
            points.add(at + 1, new Point2D(hundredths(middle.getX()), hundredths(middle.getY())));
            selected = at + 1;
            told();
        }
    }

    private static double hundredths(double number) {
        return Math.rint(number * 100) / 100;
    }

    private static String reading(Point2D point) {
        return String.format(Locale.ROOT, "%.0f %%: ×%.2f", point.getX() * 100, point.getY());
    }

    private void describe() {
        setAccessibleText(points.isEmpty()
                ? "Strength over the run; press an arrow key to draw it"
                : "Strength over the run, " + points.size() + " points" + (selected < 0 ? "" : "; point " + (selected + 1) + " at " + reading(points.get(selected))));
    }
}
