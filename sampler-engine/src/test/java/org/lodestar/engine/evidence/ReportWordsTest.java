package org.lodestar.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.fault.EngineException;

class ReportWordsTest {

    @Test
    void quartilesAreInterpolatedAndMissingNumbersLeftOut() {
        assertThat(Spread.of(4, 1, 3, 2, 5)).isEqualTo(new Spread(2, 3, 4));
        assertThat(Spread.of(1, 2, Double.NaN, 3, 4)).isEqualTo(new Spread(1.75, 2.5, 3.25));
        assertThat(Spread.of(Double.NaN).median()).isNaN();
    }

    @Test
    void infinitePartsDoNotBecomeMissing() {
        assertThat(Spread.of(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1).median()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void numbersAreShortOnThePageAndCompleteInTheFile() {
        Table table = new Table("t", true, List.of("name", "value"), List.of(List.of("a, \"b\"", 0.123456789), List.of("c|d", 40.0), List.of("e", Double.NaN)));

        assertThat(table.csv()).isEqualTo("name,value\n\"a, \"\"b\"\"\",0.1234568\nc|d,40\ne,\n");
        assertThat(table.markdown()).isEqualTo("| name | value |\n|---|---|\n| a, \"b\" | 0.123 |\n| c\\|d | 40 |\n| e | – |\n");
    }

    @Test
    void verdictsCountWhatHolds() {
        assertThat(Verdict.of(true, true)).isEqualTo(Verdict.SHOWN);
        assertThat(Verdict.of(true, false)).isEqualTo(Verdict.PARTLY);
        assertThat(Verdict.of(false)).isEqualTo(Verdict.NOT_SHOWN);
    }

    @Test
    void rankCorrelationSeesOrderNotSize() {
        assertThat(EffectiveWeights.rankCorrelation(new double[] {1, 2, 3, 4}, new double[] {1, 10, 100, 1000})).isCloseTo(1, within(1e-12));
        assertThat(EffectiveWeights.rankCorrelation(new double[] {1, 2, 3, 4}, new double[] {9, 7, 5, 3})).isCloseTo(-1, within(1e-12));
        assertThat(EffectiveWeights.rankCorrelation(new double[] {1, 2, 3}, new double[] {5, 5, 5})).isNaN();
        // By hand: ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3.
        assertThat(EffectiveWeights.rankCorrelation(new double[] {1, 2, 2, 3}, new double[] {1, 2, 3, 4})).isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
    }

    @Test
    void unknownExperimentsAreNamedWithTheKnownOnes() {
        assertThatThrownBy(() -> Evidence.experiments(List.of(1, 99))).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("99");
        assertThat(Evidence.experiments()).extracting(Experiment::number).doesNotHaveDuplicates().isSorted();
    }
}
