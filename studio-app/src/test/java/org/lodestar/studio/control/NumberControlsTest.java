package org.lodestar.studio.control;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.css.PseudoClass;
import javafx.scene.control.Button;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.VBox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lodestar.studio.OnScreen;
import org.lodestar.studio.theme.Theme;

/// The slider with a field, and the field for whole numbers.
class NumberControlsTest {
    private static final PseudoClass WRONG = PseudoClass.getPseudoClass("wrong");

    private ValueSlider strength;
    private WholeField steps;
    private Button elsewhere;
    private OnScreen screen;

    @BeforeEach
    void open() {
        strength = OnScreen.make(
                () -> new ValueSlider("Strength", "How strongly the prompt pulls.", new ValueSlider.Bounds(0, 100, 30, 7.5, 0.5, false, "")));
        steps = OnScreen.make(() -> new WholeField("Steps", "", 1, 1000, 20));
        elsewhere = OnScreen.make(() -> new Button("elsewhere"));
        screen = OnScreen.show(() -> new VBox(strength, steps, elsewhere), 300, 200, Theme.DARK);
    }

    @AfterEach
    void close() {
        screen.close();
    }

    @Test
    void valuesBeyondTheSliderCanBeTyped() {
        retype(strength.field(), "42.25");
        screen.keys(KeyCode.ENTER);
        assertThat(strength.value()).isEqualTo(42.25);
        assertThat(strength.slider().getValue()).isEqualTo(30);
        assertThat(strength.field().getText()).isEqualTo("42.25");
    }

    @Test
    void whatIsNotAllowedIsMarkedAndChangesNothing() {
        retype(strength.field(), "140");
        assertThat(strength.getPseudoClassStates()).contains(WRONG);
        assertThat(strength.field().getAccessibleHelp()).contains("0.0 to 100.0").contains("140");
        screen.keys(KeyCode.ESCAPE);
        assertThat(strength.getPseudoClassStates()).doesNotContain(WRONG);
        retype(strength.field(), "much");
        screen.focus(elsewhere);
        assertThat(strength.value()).isEqualTo(7.5);
        assertThat(strength.field().getText()).isEqualTo("7.5");
    }

    @Test
    void arrowsInTheFieldNudgeByAStepOrTen() {
        screen.focus(strength.field());
        screen.keys(KeyCode.UP);
        assertThat(strength.value()).isEqualTo(8);
        screen.keys(KeyCode.SHIFT, KeyCode.DOWN);
        assertThat(strength.value()).isEqualTo(3);
    }

    @Test
    void theSliderMovesInStepsByKeysAndMouse() {
        screen.focus(strength.slider());
        screen.keys(KeyCode.RIGHT);
        assertThat(strength.value()).isEqualTo(8);
        screen.drag(strength.slider(), 80, 7, 200, 7);
        assertThat(strength.value()).isGreaterThan(15);
        assertThat(strength.value() * 2).isEqualTo(Math.rint(strength.value() * 2));
    }

    @Test
    void aDoubleClickBringsThePresetBack() {
        screen.act(() -> strength.setValue(20));
        screen.doubleClick(strength.slider());
        assertThat(strength.value()).isEqualTo(7.5);
    }

    @Test
    void aValueFromCodeIsShownAsItIs() {
        screen.act(() -> strength.setValue(7.123));
        assertThat(strength.value()).isEqualTo(7.123);
        assertThat(strength.field().getText()).isEqualTo("7.123");
    }

    @Test
    void wholeNumbersAreTakenOnEnterAndOnLeaving() {
        retype(steps, "30");
        assertThat(steps.valueProperty().get()).isEqualTo(20);
        screen.keys(KeyCode.ENTER);
        assertThat(steps.valueProperty().get()).isEqualTo(30);
        retype(steps, "40");
        screen.focus(elsewhere);
        assertThat(steps.valueProperty().get()).isEqualTo(40);
        retype(steps, "0");
        assertThat(steps.getPseudoClassStates()).contains(WRONG);
        screen.focus(elsewhere);
        assertThat(steps.valueProperty().get()).isEqualTo(40);
        assertThat(steps.getText()).isEqualTo("40");
    }

    @Test
    void theirStylesResolveInBothThemes() {
        screen.theme(Theme.LIGHT);
        assertThat(screen.styleWarnings()).isEmpty();
    }

    private void retype(javafx.scene.control.TextField field, String text) {
        screen.focus(field);
        screen.act(field::selectAll);
        screen.type(text);
    }
}
