package org.lodestar.studio.control;

import atlantafx.base.controls.ProgressSliderSkin;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Objects;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// A number with a name, a field to type it and a slider to feel it.
///
/// The slider goes from the least value to the soft maximum in steps; larger values up to the greatest can be typed. In the field the up and down arrows nudge by one step (with
/// Shift by ten), Enter takes what is typed, Esc takes it back. A double click on the name or the slider brings the preset back.
public final class ValueSlider extends VBox {

    private static final PseudoClass WRONG = PseudoClass.getPseudoClass("wrong");
    private static final PseudoClass CHANGED = PseudoClass.getPseudoClass("changed");

    /// What the number may be.
    ///
    /// @param min     least value
    /// @param max     greatest value
    /// @param softMax where the slider ends
    /// @param preset  the value it starts with and goes back to
    /// @param step    what one nudge changes, and how finely the slider moves
    /// @param whole   whether only whole numbers are allowed
    /// @param unit    "" or a word after the number
    public record Bounds(double min, double max, double softMax, double preset, double step, boolean whole, String unit) {

        public Bounds {
            if (!(min < softMax && softMax <= max && step > 0 && preset >= min && preset <= max)) {
                throw new IllegalArgumentException("bounds out of order: min " + min + ", soft max " + softMax + ", max " + max + ", preset " + preset + ", step " + step);
            }
        }

        /// `value` as shown: as many decimals as a step has, or as the value itself needs if it was typed more finely (up to four).
        public String text(double value) {
            int places = Math.max(places(step), Math.min(4, places(value)));
            return new BigDecimal(value).setScale(whole ? 0 : places, RoundingMode.HALF_EVEN).toPlainString().replace('-', '−');
        }

        /// `value` on the grid of steps from `min`, within the slider.
        public double onGrid(double value) {
            double stepped = Math.rint((Math.clamp(value, min, softMax) - min) / step) * step + min;
            return Math.clamp(new BigDecimal(stepped).setScale(10, RoundingMode.HALF_EVEN).doubleValue(), min, softMax);
        }

        /// `steps` nudges away from `value`, within the greatest range.
        public double nudged(double value, double steps) {
            return Math.clamp(new BigDecimal(value + steps * step).setScale(10, RoundingMode.HALF_EVEN).doubleValue(), min, max);
        }

        /// Whether `value` may be typed.
        public boolean allows(double value) {
            return value >= min && value <= max && (!whole || value == Math.rint(value));
        }

        /// What may be typed, in words.
        public String words() {
            return (whole ? "a whole number from " : "a number from ") + text(min) + " to " + text(max);
        }

        private static int places(double number) {
            return Math.max(0, new BigDecimal(String.valueOf(number)).stripTrailingZeros().scale());
        }
    }

    private final Bounds bounds;
    private final String help;
    private final DoubleProperty value;
    private final Label name = new Label();
    private final TextField field = new TextField();
    private final Slider slider;
    private final Hint tooltip = new Hint();
    private boolean showing;

    /// @param label what an artist calls it
    /// @param help  one sentence, shown on hover
    public ValueSlider(String label, String help, Bounds bounds) {
        this.bounds = bounds;
        this.help = help;
        value = new SimpleDoubleProperty(this, "value", bounds.preset());
        slider = new Slider(bounds.min(), bounds.softMax(), Math.min(bounds.preset(), bounds.softMax()));
        getStyleClass().add("value-slider");
        buildHeader(label);
        buildSlider(label);
        Tooltip.install(this, tooltip);
        value.subscribe(now -> show());
    }

    /// The number. Values set from code are held within the least and greatest value when shown, but not changed.
    public DoubleProperty valueProperty() {
        return value;
    }

    public double value() {
        return value.get();
    }

    public void setValue(double newValue) {
        value.set(newValue);
    }

    /// Back to the preset.
    public void reset() {
        value.set(bounds.preset());
    }

    /// Whether the slider is being dragged right now.
    public boolean isChanging() {
        return slider.isValueChanging();
    }

    /// The field, for focus.
    public TextField field() {
        return field;
    }

    Slider slider() {
        return slider;
    }

    @Override
    public String getUserAgentStylesheet() {
        return ControlStyles.URL;
    }

    private void buildHeader(String label) {
        name.setText(label);
        name.getStyleClass().add("name");
        name.setLabelFor(field);
        name.setMinWidth(0);
        HBox.setHgrow(name, Priority.ALWAYS);
        name.setMaxWidth(Double.MAX_VALUE);
        name.addEventHandler(MouseEvent.MOUSE_CLICKED, this::resetOnDoubleClick);
        field.getStyleClass().add("number");
        field.setAccessibleText(label);
        field.setAccessibleHelp(help);
        field.setPrefColumnCount(5);
        field.setOnAction(event -> commit());
        field.textProperty().subscribe(this::check);
        field.focusedProperty().subscribe(focused -> {
            if (!focused) {
                commit();
            }
        });
        field.addEventFilter(KeyEvent.KEY_PRESSED, this::onFieldKey);
        HBox header = new HBox(name, field);
        if (!bounds.unit().isEmpty()) {
            Label unit = new Label(bounds.unit());
            unit.getStyleClass().add("unit");
            header.getChildren().add(unit);
        }
        header.getStyleClass().add("header");
        getChildren().add(header);
    }

    private void buildSlider(String label) {
        slider.setSkin(new ProgressSliderSkin(slider));
        slider.setBlockIncrement(bounds.step());
        slider.setAccessibleText(label);
        slider.setAccessibleHelp(help);
        slider.setMaxWidth(Double.MAX_VALUE);
        slider.setMinHeight(Region.USE_PREF_SIZE);
        slider.valueProperty().subscribe(now -> {
            if (!showing) {
                value.set(bounds.onGrid(now.doubleValue()));
            }
        });
        slider.addEventHandler(MouseEvent.MOUSE_CLICKED, this::resetOnDoubleClick);
        getChildren().add(slider);
    }

    private void show() {
        showing = true;
        try {
            slider.setValue(Math.clamp(value.get(), bounds.min(), bounds.softMax()));
        } finally {
            showing = false;
        }
        field.setText(bounds.text(value.get()));
        tooltip.setText(help.isEmpty() ? bounds.words() : help);
        pseudoClassStateChanged(CHANGED, value.get() != bounds.preset());
    }

    private void check(String text) {
        boolean right = isRight(text);
        pseudoClassStateChanged(WRONG, !right);
        if (!right) {
            tooltip.setText(name.getText() + ": expected " + bounds.words() + ", found " + (text.isBlank() ? "nothing" : "\"" + text.strip() + "\"")
                    + ". Type another, or Esc to keep " + bounds.text(value.get()) + ".");
        } else {
            tooltip.setText(help);
        }
        field.setAccessibleHelp(tooltip.getText());
    }

    private boolean isRight(String text) {
        try {
            return bounds.allows(parse(text));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static double parse(String text) {
        return Double.parseDouble(text.strip().replace(',', '.').replace('−', '-').toLowerCase(Locale.ROOT));
    }

    /// Takes what is typed if it is right; otherwise shows the value in force again.
    private void commit() {
        String typed = Objects.requireNonNullElse(field.getText(), "");
        // What is shown may be rounded: only what was really typed counts.
        if (isRight(typed) && !typed.equals(bounds.text(value.get()))) {
            value.set(parse(typed));
        }
        field.setText(bounds.text(value.get()));
    }

    private void onFieldKey(KeyEvent event) {
        double steps = event.isShiftDown() ? 10 : 1;
        switch (event.getCode()) {
            case UP -> value.set(bounds.nudged(value.get(), steps));
            case DOWN -> value.set(bounds.nudged(value.get(), -steps));
            case ESCAPE -> {
                if (field.getText().equals(bounds.text(value.get()))) {
                    return;
                }
                field.setText(bounds.text(value.get()));
            }
            default -> {
                return;
            }
        }
        event.consume();
    }

    private void resetOnDoubleClick(MouseEvent event) {
        if (event.getButton() == MouseButton.PRIMARY && event.getClickCount() == 2) {
            reset();
            event.consume();
        }
    }
}
