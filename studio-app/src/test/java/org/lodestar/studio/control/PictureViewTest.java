package org.lodestar.studio.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.HBox;
import javafx.scene.paint.Color;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lodestar.studio.OnScreen;
import org.lodestar.studio.theme.Theme;

class PictureViewTest {
    private PictureView view;
    private PictureView other;
    private OnScreen screen;

    @BeforeEach
    void open() {
        view = OnScreen.make(PictureView::new);
        other = OnScreen.make(PictureView::new);
        screen = OnScreen.show(
                () -> {
                    other.viewportProperty().bindBidirectional(view.viewportProperty());
                    view.setPrefSize(400, 400);
                    other.setPrefSize(400, 400);
                    view.setZoomBarVisible(false);
                    other.setZoomBarVisible(false);
                    return new HBox(view, other);
                },
                800,
                400,
                Theme.DARK);
    }

    @AfterEach
    void close() {
        screen.close();
    }

    @Test
    void aPictureIsFittedAndCentredOnGrey() {
        screen.act(() -> view.setPicture(Picture.of(halves(8))));
        assertThat(view.shownZoomProperty().get()).isCloseTo(368 / 8.0, within(1e-9));
        assertThat(screen.colour(view, 60, 200)).isEqualTo(Color.RED);
        assertThat(screen.colour(view, 340, 200)).isEqualTo(Color.BLUE);
        Color canvas = screen.colour(view, 4, 200);
        assertThat(canvas.getSaturation()).isLessThan(0.1);
    }

    @Test
    void pixelsAreSquareWhereTheUserZoomedInAndSmoothWhileFitted() {
        screen.act(() -> view.setPicture(Picture.of(halves(8))));
        assertThat(screen.colour(view, 197, 200)).isNotIn(Color.RED, Color.BLUE);
        screen.act(() -> view.viewportProperty().set(new Viewport(false, 40, 0.5, 0.5)));
        assertThat(screen.colour(view, 197, 200)).isEqualTo(Color.RED);
        assertThat(screen.colour(view, 202, 200)).isEqualTo(Color.BLUE);
    }

    @Test
    void previewsAreSmoothAndTakeThePlaceOfTheFinishedPicture() {
        screen.act(() -> view.setPicture(Picture.preview(halves(8), 64, 64)));
        double zoom = view.shownZoomProperty().get();
        screen.act(() -> view.viewportProperty().set(new Viewport(false, 5, 0.5, 0.5)));
        assertThat(screen.colour(view, 199, 200)).isNotIn(Color.RED, Color.BLUE);
        screen.act(() -> {
            view.fit();
            view.setPicture(Picture.of(halves(64)));
        });
        assertThat(view.shownZoomProperty().get()).isEqualTo(zoom);
    }

    @Test
    void theWheelZoomsAtThePointerInAllViewsThatShareTheViewport() {
        screen.act(() -> {
            view.setPicture(Picture.of(halves(8)));
            other.setPicture(Picture.of(halves(8)));
        });
        double before = view.shownZoomProperty().get();
        screen.wheel(view, 300, 100, 2);
        assertThat(view.shownZoomProperty().get()).isGreaterThan(before * 1.2);
        assertThat(other.viewportProperty().get()).isEqualTo(view.viewportProperty().get());
        assertThat(other.shownZoomProperty().get()).isEqualTo(view.shownZoomProperty().get());
    }

    @Test
    void keysFitShowActualSizeAndZoom() {
        screen.act(() -> view.setPicture(Picture.of(halves(8))));
        screen.focus(view);
        screen.keys(KeyCode.CONTROL, KeyCode.DIGIT1);
        assertThat(view.shownZoomProperty().get()).isEqualTo(1);
        screen.keys(KeyCode.PLUS);
        assertThat(view.shownZoomProperty().get()).isEqualTo(1.25);
        screen.keys(KeyCode.CONTROL, KeyCode.DIGIT0);
        assertThat(view.viewportProperty().get()).isEqualTo(Viewport.FIT);
    }

    @Test
    void draggingAndArrowsPanOnlyWhereThereIsMoreThanTheView() {
        screen.act(() -> view.setPicture(Picture.of(halves(8))));
        screen.drag(view, 200, 200, 260, 240);
        assertThat(view.viewportProperty().get()).isEqualTo(Viewport.FIT);
        screen.act(() -> view.viewportProperty().set(new Viewport(false, 60, 0.5, 0.5)));
        assertThat(screen.colour(view, 220, 200)).isEqualTo(Color.BLUE);
        screen.drag(view, 200, 200, 239, 200);
        assertThat(screen.colour(view, 220, 200)).isEqualTo(Color.RED);
        screen.focus(view);
        screen.keys(KeyCode.RIGHT);
        assertThat(screen.colour(view, 220, 200)).isEqualTo(Color.BLUE);
    }

    @Test
    void withoutAPictureItSaysWhatToDo() {
        screen.act(() -> view.emptyTextProperty().set("Press Ctrl+Enter"));
        assertThat(screen.find(".empty-text", javafx.scene.control.Label.class).isVisible()).isTrue();
        screen.act(() -> view.setPicture(Picture.of(halves(8))));
        assertThat(screen.find(".empty-text", javafx.scene.control.Label.class).isVisible()).isFalse();
        screen.act(() -> view.setPicture(null));
        assertThat(screen.colour(view, 200, 100)).isEqualTo(screen.colour(view, 4, 4));
    }

    @Test
    void itsStylesResolveInBothThemes() {
        screen.theme(Theme.LIGHT);
        assertThat(screen.styleWarnings()).isEmpty();
    }

    /// Red left, blue right.
    private static WritableImage halves(int size) {
        WritableImage image = new WritableImage(size, size);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                image.getPixelWriter().setColor(x, y, x < size / 2 ? Color.RED : Color.BLUE);
            }
        }
        return image;
    }
}
