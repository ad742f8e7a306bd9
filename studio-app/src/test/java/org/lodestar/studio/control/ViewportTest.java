package org.lodestar.studio.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lodestar.studio.control.Viewport.Frame;
import org.lodestar.studio.control.Viewport.Stage;

class ViewportTest {

    private static final Stage STAGE = new Stage(935, 651, 128, 96);

    @ParameterizedTest
    @CsvSource({"935,651,128,128", "300,900,1024,1024", "77,50,16,40", "640,480,4000,20"})
    void fitShowsTheWholePictureInTheMiddleAndTouchesOneMargin(double width, double height, int pictureWidth, int pictureHeight) {
        Stage stage = new Stage(width, height, pictureWidth, pictureHeight);
        Frame frame = Viewport.FIT.frame(stage);
        assertThat(frame.width()).isLessThanOrEqualTo(width);
        assertThat(frame.height()).isLessThanOrEqualTo(height);
        assertThat(frame.x() + frame.width() / 2).isCloseTo(width / 2, within(1.0));
        assertThat(frame.y() + frame.height() / 2).isCloseTo(height / 2, within(1.0));
        double margin = Math.min(16, Math.min(width, height) / 20);
        assertThat(Math.min(width - frame.width(), height - frame.height())).isCloseTo(2 * margin, within(1.0));
    }

    @Test
    void everyFrameLiesOnWholeDevicePixels() {
        for (double zoom = 0.31; zoom < 9; zoom *= 1.37) {
            Frame frame = new Viewport(false, zoom, 0.331, 0.77).frame(STAGE);
            for (double edge : new double[] {frame.x(), frame.y(), frame.width(), frame.height()}) {
                assertThat(edge).isEqualTo(Math.rint(edge));
            }
        }
    }

    @Test
    void actualSizePutsOnePicturePixelOnOneDevicePixel() {
        Frame frame = Viewport.ACTUAL.frame(STAGE);
        assertThat(frame.width()).isEqualTo(128);
        assertThat(frame.height()).isEqualTo(96);
    }

    @Test
    void zoomingKeepsThePicturePositionUnderThePointer() {
        Viewport before = new Viewport(false, 12, 0.4, 0.6);
        double x = 611;
        double y = 143;
        Frame from = before.frame(STAGE);
        double u = (x - from.x()) / from.width();
        double v = (y - from.y()) / from.height();
        Frame to = before.zoomedAt(1.6, x, y, STAGE).frame(STAGE);
        assertThat((x - to.x()) / to.width()).isCloseTo(u, within(1e-3));
        assertThat((y - to.y()) / to.height()).isCloseTo(v, within(1e-3));
        assertThat(to.zoom()).isCloseTo(12 * 1.6, within(1e-9));
    }

    @Test
    void zoomingInAndOutAgainComesBack() {
        Viewport before = new Viewport(false, 10, 0.45, 0.5);
        Viewport after = before.zoomedAt(1.5, 300, 200, STAGE).zoomedAt(1 / 1.5, 300, 200, STAGE);
        assertThat(after.zoom()).isCloseTo(10, within(1e-9));
        assertThat(after.centreX()).isCloseTo(0.45, within(2e-3));
        assertThat(after.centreY()).isCloseTo(0.5, within(2e-3));
    }

    @Test
    void zoomStaysWithinItsLimits() {
        Viewport view = Viewport.FIT;
        for (int i = 0; i < 60; i++) {
            view = view.zoomedAt(1.4, 10, 10, STAGE);
        }
        assertThat(view.zoom()).isEqualTo(Viewport.MAX_ZOOM);
        for (int i = 0; i < 120; i++) {
            view = view.zoomedAt(1 / 1.4, 10, 10, STAGE);
        }
        assertThat(view.zoom()).isBetween(Viewport.MIN_ZOOM, 1.0);
    }

    @Test
    void panningFollowsThePointerUntilThePictureEnds() {
        Viewport close = new Viewport(false, 16, 0.5, 0.5);
        Frame before = close.frame(STAGE);
        Frame after = close.panned(37, -21, STAGE).frame(STAGE);
        assertThat(after.x() - before.x()).isEqualTo(37);
        assertThat(after.y() - before.y()).isEqualTo(-21);
        Frame corner = close.panned(1e6, 1e6, STAGE).frame(STAGE);
        assertThat(corner.x()).isZero();
        assertThat(corner.y()).isZero();
        Frame other = close.panned(-1e6, -1e6, STAGE).frame(STAGE);
        assertThat(other.x() + other.width()).isEqualTo(STAGE.viewWidth());
        assertThat(other.y() + other.height()).isCloseTo(STAGE.viewHeight(), within(1.0));
    }

    @Test
    void aPictureSmallerThanTheViewStaysInTheMiddle() {
        assertThat(Viewport.ACTUAL.pannable(STAGE)).isFalse();
        Frame before = Viewport.ACTUAL.frame(STAGE);
        assertThat(Viewport.ACTUAL.panned(50, 50, STAGE).frame(STAGE)).isEqualTo(before);
    }

    @Test
    void aNewDragStartsWhereThePictureIsNotWhereThePointerOncePushedIt() {
        Viewport close = new Viewport(false, 16, 0.5, 0.5);
        Frame back = close.panned(1e6, 0, STAGE).panned(-10, 0, STAGE).frame(STAGE);
        assertThat(back.x()).isEqualTo(-10);
    }

    @Test
    void zoomsThatAreNoZoomsAreRefused() {
        assertThatThrownBy(() -> new Viewport(false, Double.NaN, 0, 0)).hasMessageContaining("found NaN");
        assertThatThrownBy(() -> new Viewport(false, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
