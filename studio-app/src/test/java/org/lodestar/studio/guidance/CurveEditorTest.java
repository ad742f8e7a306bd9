package org.lodestar.studio.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.studio.OnScreen;
import org.lodestar.studio.theme.Theme;

/// The strength curve, drawn.
class CurveEditorTest {
    private static final double WIDTH = 272;
    private static final double INSET = 6;
    private static final double HEIGHT = 110 - 15;
    /// The axis of curves that stay below 2.
    private static final double TOP = 2.3;

    private TermViewModel card;
    private Region field;
    private OnScreen screen;

    @BeforeEach
    void open() {
        card = OnScreen.make(() -> new TermViewModel(Catalog.policyType("curve").descriptor(), Map.of()));
        CurveEditor editor = OnScreen.make(() -> new CurveEditor(card));
        screen = OnScreen.show(() -> new VBox(editor), WIDTH, 200, Theme.DARK);
        field = (Region) editor.lookup("#draw-curve");
    }

    @AfterEach
    void close() {
        screen.close();
    }

    private static double x(double progress) {
        return INSET + progress * (WIDTH - 2 * INSET);
    }

    private static double y(double factor) {
        return HEIGHT - INSET - factor / TOP * (HEIGHT - 2 * INSET);
    }

    private void press(KeyCode... keys) {
        for (KeyCode key : keys) {
            screen.keys(key);
        }
    }

    private Object points() {
        return card.parameter("points").valueProperty().get();
    }

    @Test
    void aDragMakesTheShapeOneThroughPoints() {
        assertThat(card.parameter("shape").valueProperty().get()).isEqualTo("linear");
        screen.drag(field, x(0.5), y(1), x(0.5), y(2));
        assertThat(card.parameter("shape").valueProperty().get()).isEqualTo("points");
        assertThat((String) points()).startsWith("0:0 0.25:0.5 0.5:").endsWith(" 0.75:1.5 1:2");
        String middle = ((String) points()).split(" ", -1)[2].substring("0.5:".length());
        assertThat(Double.parseDouble(middle)).isBetween(1.95, 2.05);
    }

    @Test
    void aPressBesideTheCurveAddsAPointAndItKeepsBetweenItsNeighbours() {
        screen.click(field, x(0.4), y(2));
        assertThat((String) points()).startsWith("0:0 0.25:0.5 0.4:").contains(" 0.5:1 ");
        screen.drag(field, x(0.4), y(2), x(0.9), y(0));
        assertThat((String) points()).contains(" 0.49:").contains(" 0.5:1 ");
    }

    @Test
    void keysChooseMoveAddAndTakeAway() {
        screen.focus(field);
        press(KeyCode.RIGHT, KeyCode.RIGHT, KeyCode.UP);
        assertThat(points()).isEqualTo("0:0 0.25:0.6 0.5:1 0.75:1.5 1:2");
        press(KeyCode.INSERT);
        assertThat(points()).isEqualTo("0:0 0.25:0.6 0.38:0.8 0.5:1 0.75:1.5 1:2");
        press(KeyCode.DELETE, KeyCode.DELETE, KeyCode.DELETE, KeyCode.DELETE, KeyCode.DELETE, KeyCode.DELETE);
        assertThat((String) points()).as("the last point stays").matches("[^ ]+");
        assertThat(field.getAccessibleText()).contains("1 points; point 1");
    }

    @Test
    void choosingAShapeOrTypingPointsShowsThem() {
        screen.act(() -> {
            card.parameter("points").set("0:3 1:-1");
            card.parameter("shape").set("points");
        });
        assertThat(field.getAccessibleText()).contains("2 points");
        screen.act(() -> card.parameter("points").set("0:3 1"));
        assertThat(field.getAccessibleText()).as("half typed").contains("2 points");
        screen.act(() -> card.parameter("shape").set("cosine"));
        assertThat(field.getAccessibleText()).contains("press an arrow key");
    }
}
