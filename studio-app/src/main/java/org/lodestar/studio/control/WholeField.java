package org.lodestar.studio.control;

import javafx.beans.property.LongProperty;
import javafx.beans.property.SimpleLongProperty;
import javafx.css.PseudoClass;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyEvent;

/// A field for a whole number. Up and down nudge it by one (with Shift by ten), Enter or leaving takes what is typed, Esc takes it back; what cannot be taken is marked while it
/// stands there.
public final class WholeField extends TextField {

    private static final PseudoClass WRONG = PseudoClass.getPseudoClass("wrong");

    private final String name;
    private final String help;
    private final long min;
    private final long max;
    private final LongProperty value;
    private Runnable onTyped = () -> {};
    private final Hint tooltip = new Hint();

    /// @param name what the number is, for messages and screen readers
    /// @param help a sentence shown on hover
    public WholeField(String name, String help, long min, long max, long initial) {
        this.name = name;
        this.help = help;
        this.min = min;
        this.max = max;
        this.value = new SimpleLongProperty(this, "value", initial);
        getStyleClass().add("whole-field");
        setAccessibleText(name);
        setTooltip(tooltip);
        value.subscribe(now -> setText(String.valueOf(now)));
        textProperty().subscribe(this::check);
        setOnAction(event -> commit());
        focusedProperty().subscribe(focused -> {
            if (!focused) {
                commit();
            }
        });
        addEventFilter(KeyEvent.KEY_PRESSED, this::onKey);
    }

    /// The number in force; never one that is not allowed, unless set so from code.
    public LongProperty valueProperty() {
        return value;
    }

    /// Called after the user, not the program, changed the number.
    public void setOnTyped(Runnable action) {
        onTyped = action;
    }

    private void type(long number) {
        if (number != value.get()) {
            value.set(number);
            onTyped.run();
        }
    }

    @Override
    public String getUserAgentStylesheet() {
        return ControlStyles.URL;
    }

    private void check(String text) {
        boolean right = isRight(text);
        pseudoClassStateChanged(WRONG, !right);
        tooltip.setText(
                right ? help : name + ": expected a whole number from " + min + " to " + max + ", found \"" + text.strip() + "\". Esc keeps " + value.get() + ".");
        setAccessibleHelp(tooltip.getText());
    }

    private boolean isRight(String text) {
        try {
            long typed = Long.parseLong(text.strip());
            return typed >= min && typed <= max;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void commit() {
        if (isRight(getText())) {
            type(Long.parseLong(getText().strip()));
        }
        setText(String.valueOf(value.get()));
    }

    private void onKey(KeyEvent event) {
        long nudge = event.isShiftDown() ? 10 : 1;
        switch (event.getCode()) {
            case UP -> type(Math.clamp(value.get() + nudge, min, max));
            case DOWN -> type(Math.clamp(value.get() - nudge, min, max));
            case ESCAPE -> {
                if (getText().equals(String.valueOf(value.get()))) {
                    return;
                }
                setText(String.valueOf(value.get()));
            }
            case ENTER -> {
                // Taken before a shortcut with Enter looks at the value; the key itself goes on.
                commit();
                return;
            }
            default -> {
                return;
            }
        }
        event.consume();
    }
}
