package org.lodestar.studio.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.lodestar.studio.control.Series.Range;

class SeriesTest {

    @Test
    void anOpenRangeHoldsAllValuesWithAirAround() {
        Range range = Range.AUTO.fitted(List.of(3.0, Double.NaN, -1.0, 7.0));
        assertThat(range.low()).isBetween(-2.0, -1.0);
        assertThat(range.high()).isBetween(7.0, 8.0);
        assertThat(range.share(3)).isBetween(0.4, 0.6);
    }

    @Test
    void closedEndsStay() {
        assertThat(Range.UNIT.fitted(List.of(0.2, 0.3))).isEqualTo(Range.UNIT);
        assertThat(new Range(0, Double.NaN).fitted(List.of(5.0)).low()).isZero();
    }

    @Test
    void aRangeIsNeverEmpty() {
        Range constant = Range.AUTO.fitted(List.of(4.0, 4.0));
        assertThat(constant.low()).isLessThan(4);
        assertThat(constant.high()).isGreaterThan(4);
        assertThat(Range.AUTO.fitted(List.of())).isEqualTo(Range.UNIT);
        assertThat(Range.AUTO.fitted(List.of(0.0)).high()).isGreaterThan(Range.AUTO.fitted(List.of(0.0)).low());
    }

    @Test
    void gapsReadAsADash() {
        Series series = new Series("size", "", 1, List.of(0.25, Double.NaN), Range.AUTO, v -> String.format(Locale.ROOT, "%.2f", v));
        assertThat(series.textAt(0)).isEqualTo("0.25");
        assertThat(series.textAt(1)).isEqualTo("–");
        assertThat(series.textAt(9)).isEqualTo("–");
        assertThat(series.textAt(-1)).isEqualTo("–");
    }

    @Test
    void onlyColoursOfTheStyleSheetAreTaken() {
        assertThatThrownBy(() -> new Series("x", "", 0, List.of(), Range.AUTO, String::valueOf)).hasMessageContaining("found 0");
    }
}
