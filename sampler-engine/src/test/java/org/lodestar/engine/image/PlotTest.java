package org.lodestar.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlotTest {
    private static final int FIRST_COLOUR = 0x2866d6;

    @Test
    void ticksStandAtRoundNumbersAndEnclosedEndsMoveOutToThem() {
        PlotAxis.Scale scale = PlotAxis.fitted("").scale(DoubleStream.of(0.13, 0.87), 5);

        assertThat(scale.ticks()).extracting(PlotAxis.Tick::label).containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(scale.place(0)).isEqualTo(0);
        assertThat(scale.place(1)).isCloseTo(1, within(1e-12));
    }

    @Test
    void givenEndsStayWhereTheyAre() {
        PlotAxis.Scale scale = PlotAxis.of("", 0.07, 0.5).scale(DoubleStream.of(-3, 9), 5);

        assertThat(scale.place(0.07)).isEqualTo(0);
        assertThat(scale.ticks()).extracting(PlotAxis.Tick::label).containsExactly("0.1", "0.2", "0.3", "0.4", "0.5");
    }

    @Test
    void equalRatiosAreEqualDistancesOnALogarithmicAxis() {
        PlotAxis.Scale scale = PlotAxis.logarithmic("").scale(DoubleStream.of(1, 10, 100, 1000, 0, -2), 5);

        assertThat(scale.place(10)).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(scale.place(0)).isNaN();
        assertThat(scale.ticks()).extracting(PlotAxis.Tick::label).containsExactly("1", "10", "100", "1000");
    }

    @Test
    void dataThatDoesNotVaryStillHasAnAxis() {
        for (double value : new double[] {0, 5, -2}) {
            PlotAxis.Scale scale = PlotAxis.fitted("").scale(DoubleStream.of(value, value), 5);
            assertThat(scale.place(value)).isBetween(0.0, 1.0);
            assertThat(scale.ticks()).isNotEmpty();
        }
    }

    @Test
    void aPointWithoutAValueLeavesAGapInTheLine() {
        List<Plot.Point> whole = IntStream.rangeClosed(0, 10).mapToObj(i -> Plot.Point.at(i, 5)).toList();
        List<Plot.Point> broken = IntStream.rangeClosed(0, 10).mapToObj(i -> Plot.Point.at(i, i == 5 ? Double.NaN : 5)).toList();

        int inWhole = count(draw(Plot.Mark.LINE, whole), colour -> colour == FIRST_COLOUR);
        int inBroken = count(draw(Plot.Mark.LINE, broken), colour -> colour == FIRST_COLOUR);

        assertThat((double) inBroken / inWhole).isBetween(0.75, 0.85);
    }

    @Test
    void theBandCoversTheSpreadAndNothingIsDrawnOutsideTheAxes() {
        List<Plot.Point> narrow = List.of(new Plot.Point(0, 5, 4.5, 5.5), new Plot.Point(10, 5, 4.5, 5.5));
        List<Plot.Point> wide = List.of(new Plot.Point(0, 5, 4, 6), new Plot.Point(10, 5, 4, 6));
        List<Plot.Point> outside = List.of(Plot.Point.at(0, 50), Plot.Point.at(10, 60));
        Predicate<Integer> tinted = colour -> colour != 0xffffff && (colour & 0xff) > (colour >> 16) + 15;

        double tinge = count(draw(Plot.Mark.LINE, narrow), tinted);
        assertThat(count(draw(Plot.Mark.LINE, wide), tinted) / tinge).isBetween(1.8, 2.1);
        assertThat(count(draw(Plot.Mark.LINE, outside), tinted)).isZero();
    }

    private static Rgb draw(Plot.Mark mark, List<Plot.Point> points) {
        return new Plot("", "", PlotAxis.of("", 0, 10), PlotAxis.of("", 0, 10), List.of(new Plot.Series("", mark, points))).draw();
    }

    private static int count(Rgb image, Predicate<Integer> wanted) {
        int found = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                found += wanted.test(image.at(x, y, 0) << 16 | image.at(x, y, 1) << 8 | image.at(x, y, 2)) ? 1 : 0;
            }
        }
        return found;
    }
}
