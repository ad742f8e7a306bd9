package org.lodestar.studio.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.css.CssMetaData;
import javafx.css.Styleable;
import javafx.css.StyleableProperty;
import javafx.css.StyleablePropertyFactory;
import javafx.geometry.VPos;
import javafx.scene.AccessibleAttribute;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.Tooltip;
import javafx.scene.image.Image;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.Text;
import javafx.scene.text.TextAlignment;
import org.jspecify.annotations.Nullable;

/// The timeline of a run: one cell per step, with a thumbnail once the step is done.
///
/// The selected step is scrubbed by clicking and dragging, by the left and right arrows, Page Up and Page Down (a tenth), Home and End. While [#followingProperty()] is on, the
/// newest step is selected as it comes; scrubbing back turns it off, going to the newest step (or End) turns it on again. Only finished steps can be selected.
public final class StepStrip extends DrawnRegion {

    private static final StyleablePropertyFactory<StepStrip> FACTORY = new StyleablePropertyFactory<>(Region.getClassCssMetaData());
    private static final double HEIGHT = 44;
    private static final double INSET = 2;
    private static final double ARC = 6;
    private static final double MARK_HEIGHT = 13;

    private final ReadOnlyIntegerWrapper steps = new ReadOnlyIntegerWrapper(this, "steps", 0);
    private final ReadOnlyIntegerWrapper done = new ReadOnlyIntegerWrapper(this, "done", 0);
    private final IntegerProperty selected = new SimpleIntegerProperty(this, "selected", -1);
    private final BooleanProperty following = new SimpleBooleanProperty(this, "following", true);
    private final ObservableList<StepMark> marks = FXCollections.observableArrayList();
    private final List<@Nullable Image> thumbnails = new ArrayList<>();
    private final Hint tooltip = new Hint();
    private int hovered = -1;

    private final StyleableProperty<Color> pendingColor =
            drawn(FACTORY.createStyleableColorProperty(this, "pendingColor", "-strip-pending", strip -> strip.pendingColor, Color.web("#26282b")));
    private final StyleableProperty<Color> doneColor =
            drawn(FACTORY.createStyleableColorProperty(this, "doneColor", "-strip-done", strip -> strip.doneColor, Color.web("#3a3c40")));
    private final StyleableProperty<Color> selectedColor =
            drawn(FACTORY.createStyleableColorProperty(this, "selectedColor", "-strip-selected", strip -> strip.selectedColor, Color.web("#7aa2ff")));
    private final StyleableProperty<Color> hoverColor =
            drawn(FACTORY.createStyleableColorProperty(this, "hoverColor", "-strip-hover", strip -> strip.hoverColor, Color.web("#ffffff60")));
    private final StyleableProperty<Color> editColor =
            drawn(FACTORY.createStyleableColorProperty(this, "editColor", "-strip-edit", strip -> strip.editColor, Color.web("#f2b46d")));
    private final StyleableProperty<Color> cutColor =
            drawn(FACTORY.createStyleableColorProperty(this, "cutColor", "-strip-cut", strip -> strip.cutColor, Color.web("#7ecf9a")));
    private final StyleableProperty<Color> branchColor =
            drawn(FACTORY.createStyleableColorProperty(this, "branchColor", "-strip-branch", strip -> strip.branchColor, Color.web("#c49bff")));
    private final StyleableProperty<Color> markTextColor =
            drawn(FACTORY.createStyleableColorProperty(this, "markTextColor", "-strip-mark-text", strip -> strip.markTextColor, Color.web("#1b1c1e")));
    private final StyleableProperty<Font> markFont =
            drawn(FACTORY.createStyleableFontProperty(this, "markFont", "-fx-font", strip -> strip.markFont, Font.font(10), true));

    public StepStrip() {
        getStyleClass().add("step-strip");
        setAccessibleRole(AccessibleRole.SLIDER);
        setFocusTraversable(true);
        setMinSize(120, HEIGHT);
        setPrefHeight(HEIGHT);
        setMaxHeight(HEIGHT);
        setMaxWidth(Double.MAX_VALUE);
        redrawOn(steps, done, selected, marks, focusedProperty());
        selected.subscribe(step -> describe());
        done.subscribe(count -> describe());
        marks.subscribe(this::describe);
        addEventHandler(MouseEvent.MOUSE_PRESSED, event -> {
            requestFocus();
            scrubTo(event.getX());
        });
        addEventHandler(MouseEvent.MOUSE_DRAGGED, event -> scrubTo(event.getX()));
        addEventHandler(MouseEvent.MOUSE_MOVED, event -> hover(event.getX()));
        addEventHandler(MouseEvent.MOUSE_EXITED, event -> hoverStep(-1));
        addEventHandler(KeyEvent.KEY_PRESSED, this::onKey);
        Tooltip.install(this, tooltip);
    }

    /// Starts over with `count` steps to come, following.
    public void begin(int count) {
        thumbnails.clear();
        for (int i = 0; i < count; i++) {
            thumbnails.add(null);
        }
        marks.clear();
        done.set(0);
        steps.set(count);
        following.set(true);
        selected.set(-1);
        redraw();
    }

    /// The first `count` steps are done.
    public void setDone(int count) {
        done.set(Math.clamp(count, 0, steps.get()));
        if (following.get()) {
            selected.set(done.get() - 1);
        } else if (selected.get() >= done.get()) {
            select(done.get() - 1);
        }
    }

    /// The picture of a step; any size, shown cut to the cell.
    public void setThumbnail(int step, @Nullable Image image) {
        thumbnails.set(step, image);
        redraw();
    }

    public ReadOnlyIntegerProperty stepsProperty() {
        return steps.getReadOnlyProperty();
    }

    public ReadOnlyIntegerProperty doneProperty() {
        return done.getReadOnlyProperty();
    }

    /// The selected step, or -1 while none is done. Set it through [#select].
    public ReadOnlyIntegerProperty selectedProperty() {
        return selected;
    }

    /// Whether the selection moves on to each new step.
    public BooleanProperty followingProperty() {
        return following;
    }

    /// Words on steps; several may stand on one.
    public ObservableList<StepMark> marks() {
        return marks;
    }

    /// Selects a finished step (the nearest one, if `step` is not done). The newest one turns following on, any other off.
    public void select(int step) {
        int last = done.get() - 1;
        if (last < 0) {
            return;
        }
        int target = Math.clamp(step, 0, last);
        following.set(target == last);
        selected.set(target);
    }

    @Override
    void draw(GraphicsContext g, double width, double height) {
        if (steps.get() == 0) {
            g.setFill(withOpacity(pendingColor.getValue(), 0.6));
            g.fillRoundRect(INSET, INSET, width - 2 * INSET, height - 2 * INSET, ARC, ARC);
            return;
        }
        StepScale scale = scale(width);
        g.setImageSmoothing(true);
        for (int step = 0; step < steps.get(); step++) {
            drawCell(g, scale, step, height);
        }
        if (hovered >= 0 && hovered < done.get() && hovered != selected.get()) {
            outline(g, scale, hovered, height, hoverColor.getValue(), 1);
        }
        if (selected.get() >= 0) {
            outline(g, scale, selected.get(), height, selectedColor.getValue(), 2);
        }
        drawMarks(g, scale, width, height);
    }

    @Override
    public @Nullable Object queryAccessibleAttribute(AccessibleAttribute attribute, Object... parameters) {
        return switch (attribute) {
            case VALUE -> (double) selected.get() + 1;
            case MIN_VALUE -> 1.0;
            case MAX_VALUE -> (double) steps.get();
            default -> super.queryAccessibleAttribute(attribute, parameters);
        };
    }

    @Override
    public List<CssMetaData<? extends Styleable, ?>> getCssMetaData() {
        return FACTORY.getCssMetaData();
    }

    private StepScale scale(double width) {
        return StepScale.of(steps.get(), width - 2 * INSET);
    }

    private void drawCell(GraphicsContext g, StepScale scale, int step, double height) {
        double left = snap(INSET + scale.left(step));
        double cell = snap(INSET + scale.right(step)) - left;
        double tall = height - 2 * INSET;
        double arc = Math.min(ARC, cell / 2);
        Image image = step < done.get() ? thumbnails.get(step) : null;
        g.setFill(step < done.get() && image == null ? doneColor.getValue() : pendingColor.getValue());
        g.fillRoundRect(left, INSET, cell, tall, arc, arc);
        if (image != null) {
            g.save();
            roundRect(g, left, INSET, cell, tall, arc / 2);
            g.clip();
            double wide = image.getWidth();
            double high = image.getHeight();
            // A wide cell shows all of the picture, a narrow one its middle.
            double scaled = tall / high;
            double shown = Math.min(cell, wide * scaled);
            g.drawImage(image, (wide - shown / scaled) / 2, 0, shown / scaled, high, left + (cell - shown) / 2, INSET, shown, tall);
            g.restore();
        }
    }

    private static void roundRect(GraphicsContext g, double x, double y, double width, double height, double radius) {
        g.beginPath();
        g.moveTo(x + radius, y);
        g.arcTo(x + width, y, x + width, y + height, radius);
        g.arcTo(x + width, y + height, x, y + height, radius);
        g.arcTo(x, y + height, x, y, radius);
        g.arcTo(x, y, x + width, y, radius);
        g.closePath();
    }

    private void outline(GraphicsContext g, StepScale scale, int step, double height, Color color, double thickness) {
        double left = snap(INSET + scale.left(step));
        double cell = Math.max(4, snap(INSET + scale.right(step)) - left);
        g.setStroke(color);
        g.setLineWidth(thickness);
        double out = thickness / 2;
        g.strokeRoundRect(left - out, INSET - out, cell + 2 * out, height - 2 * INSET + 2 * out, ARC + 1, ARC + 1);
        if (thickness > 1 && isFocused()) {
            g.setStroke(withOpacity(color, 0.35));
            g.setLineWidth(1);
            g.strokeRoundRect(0.5, 0.5, getWidth() - 1, height - 1, ARC + 2, ARC + 2);
        }
    }

    /// Labels from left to right; one that would cover its neighbour shrinks to a tick.
    private void drawMarks(GraphicsContext g, StepScale scale, double width, double height) {
        g.setFont(markFont.getValue());
        g.setTextAlign(TextAlignment.CENTER);
        g.setTextBaseline(VPos.CENTER);
        double free = 0;
        for (StepMark mark : marks.sorted((a, b) -> Integer.compare(a.step(), b.step()))) {
            if (mark.step() < 0 || mark.step() >= steps.get()) {
                continue;
            }
            double cellLeft = INSET + scale.left(mark.step());
            double wide = textWidth(mark.text()) + 6;
            double left = snap(Math.min(cellLeft + 2, width - wide - INSET));
            double top = height - INSET - MARK_HEIGHT - 2;
            g.setFill(color(mark.kind()));
            if (left < free) {
                g.fillRect(snap(cellLeft), height - INSET - 3, Math.max(3, scale.right(0)), 3);
            } else {
                g.fillRoundRect(left, top, wide, MARK_HEIGHT, 4, 4);
                g.setFill(markTextColor.getValue());
                g.fillText(mark.text(), left + wide / 2, top + MARK_HEIGHT / 2 + 0.5);
                free = left + wide + 2;
            }
        }
    }

    private double textWidth(String text) {
        Text measure = new Text(text);
        measure.setFont(markFont.getValue());
        return Math.ceil(measure.getLayoutBounds().getWidth());
    }

    private Color color(StepMark.Kind kind) {
        return switch (kind) {
            case EDIT -> editColor.getValue();
            case CUT -> cutColor.getValue();
            case BRANCH -> branchColor.getValue();
        };
    }

    private void scrubTo(double x) {
        if (steps.get() > 0) {
            select(scale(getWidth()).stepAt(x - INSET));
            hover(x);
        }
    }

    private void hover(double x) {
        hoverStep(steps.get() == 0 ? -1 : scale(getWidth()).stepAt(x - INSET));
    }

    private void hoverStep(int step) {
        if (step != hovered) {
            hovered = step;
            tooltip.setText(step < 0 ? "" : words(step));
            redraw();
        }
    }

    private String words(int step) {
        String notes = marks.stream().filter(mark -> mark.step() == step).map(StepMark::help).collect(Collectors.joining("\n"));
        return "Step " + (step + 1) + " of " + steps.get() + (step < done.get() ? "" : ", to come") + (notes.isEmpty() ? "" : "\n" + notes);
    }

    private void describe() {
        String text = steps.get() == 0 ? "Timeline, empty" : selected.get() < 0 ? "Timeline, no step done yet" : "Timeline, " + words(selected.get());
        if (!Objects.equals(text, getAccessibleText())) {
            setAccessibleText(text);
            notifyAccessibleAttributeChanged(AccessibleAttribute.VALUE);
        }
    }

    private void onKey(KeyEvent event) {
        if (event.isShortcutDown() || event.isAltDown() || !scrub(event)) {
            return;
        }
        event.consume();
    }

    /// Moves the selection by one of the scrubbing keys, wherever it was pressed; false if `event` is none.
    public boolean scrub(KeyEvent event) {
        int page = Math.max(1, steps.get() / 10);
        switch (event.getCode()) {
            case LEFT -> select(selected.get() - 1);
            case RIGHT -> select(selected.get() + 1);
            case PAGE_UP -> select(selected.get() - page);
            case PAGE_DOWN -> select(selected.get() + page);
            case HOME -> select(0);
            case END -> select(done.get() - 1);
            default -> {
                return false;
            }
        }
        return true;
    }
}
