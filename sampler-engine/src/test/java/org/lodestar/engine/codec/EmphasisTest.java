package org.lodestar.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.lodestar.engine.model.Embedding;

class EmphasisTest {
    private static final Embedding STATES = new Embedding(new int[] {3, 2}, new float[] {1, 2, 3, 4, 5, 6});
    private static final Embedding EMPTY = new Embedding(new int[] {3, 2}, new float[] {1, 2, 1, 0, 0, 1});

    @Test
    void scalingKeepsTheMean() {
        float[] out = Emphasis.scaled(STATES, new double[] {2}, 1).toArray();
        double ratio = 21.0 / 28;
        assertThat(out).containsExactly(new float[] {(float) ratio, (float) (2 * ratio), (float) (6 * ratio), (float) (8 * ratio), (float) (5 * ratio), (float) (6 * ratio)}, within(1e-6f));
    }

    @Test
    void statesWhoseMeanIsNothingAreOnlyScaled() {
        Embedding balanced = new Embedding(new int[] {2, 2}, new float[] {0, 0, 1, -1});
        assertThat(Emphasis.scaled(balanced, new double[] {3}, 1).toArray()).containsExactly(0, 0, 3, -3);
        Embedding vanishing = new Embedding(new int[] {2, 1}, new float[] {1, 1});
        assertThat(Emphasis.scaled(vanishing, new double[] {-1}, 1).toArray()).containsExactly(1, -1);
    }

    @Test
    void movingFromTheEmptyPromptLeavesOtherTokensAlone() {
        assertThat(Emphasis.fromEmpty(STATES, EMPTY, new double[] {1, 2}, 1).toArray()).containsExactly(1, 2, 3, 4, 10, 11);
        assertThat(Emphasis.fromEmpty(STATES, EMPTY, new double[] {0, 0}, 1).toArray()).containsExactly(EMPTY.toArray());
    }

    @Test
    void withoutAMarkInFrontTheFirstWeightActsOnTheFirstRow() {
        assertThat(Emphasis.fromEmpty(STATES, EMPTY, new double[] {1, 2}, 0).toArray()).containsExactly(1, 2, 5, 8, 5, 6);
    }
}
