package org.lodestar.studio.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.paint.Color;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lodestar.studio.OnScreen;
import org.lodestar.studio.theme.Theme;

/// The views of two or more pictures in one place.
class PairViewsTest {
    private static final long SHORT = 100_000_000;
    private static final long LONG = 900_000_000;

    private AbSlider slider;
    private FlipView flip;
    private HeatMap heat;
    private OnScreen screen;

    @BeforeEach
    void open() {
        slider = OnScreen.make(AbSlider::new);
        flip = OnScreen.make(FlipView::new);
        heat = OnScreen.make(HeatMap::new);
        screen = OnScreen.show(
                () -> {
                    slider.firstProperty().set(flat(Color.RED));
                    slider.secondProperty().set(flat(Color.BLUE));
                    slider.setNames("A", "lane-a", "B", "lane-b");
                    slider.setPrefSize(300, 300);
                    flip.setSides(List.of(new FlipView.Side("A", "lane-a", flat(Color.RED)), new FlipView.Side("B", "lane-b", flat(Color.BLUE))));
                    flip.setPrefSize(300, 300);
                    heat.setPrefSize(300, 300);
                    return new HBox(slider, flip, heat);
                },
                900,
                300,
                Theme.DARK);
    }

    @AfterEach
    void close() {
        screen.close();
    }

    @Test
    void theFirstPictureIsLeftOfTheDividerAndTheSecondRight() {
        assertThat(screen.colour(slider, 100, 220)).isEqualTo(Color.RED);
        assertThat(screen.colour(slider, 200, 220)).isEqualTo(Color.BLUE);
        screen.drag(slider, 150, 80, 240, 80);
        assertThat(slider.positionProperty().get()).isCloseTo(0.8, within(0.02));
        assertThat(screen.colour(slider, 200, 220)).isEqualTo(Color.RED);
    }

    @Test
    void theDividerMovesByKeys() {
        screen.focus(slider.divider());
        screen.keys(KeyCode.RIGHT);
        assertThat(slider.positionProperty().get()).isCloseTo(0.55, within(1e-9));
        screen.keys(KeyCode.SHIFT, KeyCode.LEFT);
        assertThat(slider.positionProperty().get()).isCloseTo(0.545, within(1e-9));
        screen.keys(KeyCode.END);
        assertThat(screen.colour(slider, 200, 220)).isEqualTo(Color.RED);
    }

    @Test
    void besideTheDividerBothPicturesZoomTogether() {
        screen.wheel(slider.firstView(), 60, 200, 2);
        assertThat(slider.viewportProperty().get().fit()).isFalse();
        assertThat(slider.positionProperty().get()).isEqualTo(0.5);
    }

    @Test
    void aTapOnTheFlipKeyGoesToTheNextPicture() {
        screen.act(() -> tap(KeyCode.F, SHORT));
        assertThat(flip.shownProperty().get()).isEqualTo(1);
        assertThat(screen.colour(flip, 150, 150)).isEqualTo(Color.BLUE);
        screen.act(() -> tap(KeyCode.BACK_SLASH, SHORT));
        assertThat(flip.shownProperty().get()).isZero();
    }

    @Test
    void aHeldFlipKeyShowsTheNextPictureUntilItIsLetGo() {
        screen.act(() -> {
            flip.flip(key(KeyEvent.KEY_PRESSED, KeyCode.F), 0);
            flip.flip(key(KeyEvent.KEY_PRESSED, KeyCode.F), SHORT);
            assertThat(flip.shownProperty().get()).isEqualTo(1);
            flip.flip(key(KeyEvent.KEY_RELEASED, KeyCode.F), LONG);
        });
        assertThat(flip.shownProperty().get()).isZero();
    }

    @Test
    void otherKeysDoNotFlip() {
        screen.act(() -> assertThat(flip.flip(key(KeyEvent.KEY_PRESSED, KeyCode.G), 0)).isFalse());
        assertThat(flip.shownProperty().get()).isZero();
    }

    @Test
    void theHeatMapShowsWhereAndHowMuchPicturesDiffer() {
        screen.act(() -> {
            heat.firstProperty().set(flat(Color.BLACK));
            heat.secondProperty().set(flat(Color.BLACK));
        });
        int same = ColourRamp.argb(0);
        assertThat(screen.colour(heat, 150, 200)).isEqualTo(Color.rgb(same >> 16 & 0xff, same >> 8 & 0xff, same & 0xff));
        screen.act(() -> heat.secondProperty().set(flat(Color.WHITE)));
        int most = ColourRamp.argb(1);
        assertThat(screen.colour(heat, 150, 200)).isEqualTo(Color.rgb(most >> 16 & 0xff, most >> 8 & 0xff, most & 0xff));
        assertThat(heat.view().getAccessibleText()).contains("largest 255");
    }

    @Test
    void withoutTwoPicturesOfOneSizeThereIsNoHeatMap() {
        screen.act(() -> {
            heat.firstProperty().set(flat(Color.BLACK));
            heat.secondProperty().set(Picture.of(new WritableImage(3, 3)));
        });
        assertThat(heat.view().pictureProperty().get()).isNull();
    }

    @Test
    void theirStylesResolveInBothThemes() {
        screen.theme(Theme.LIGHT);
        assertThat(screen.styleWarnings()).isEmpty();
    }

    private void tap(KeyCode code, long held) {
        flip.flip(key(KeyEvent.KEY_PRESSED, code), 0);
        flip.flip(key(KeyEvent.KEY_RELEASED, code), held);
    }

    private static KeyEvent key(javafx.event.EventType<KeyEvent> type, KeyCode code) {
        return new KeyEvent(type, "", Objects.requireNonNull(code.getName()), code, false, false, false, false);
    }

    private static Picture flat(Color color) {
        WritableImage image = new WritableImage(8, 8);
        for (int i = 0; i < 64; i++) {
            image.getPixelWriter().setColor(i % 8, i / 8, color);
        }
        return Picture.of(image);
    }
}
