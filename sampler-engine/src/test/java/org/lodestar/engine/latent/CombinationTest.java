package org.lodestar.engine.latent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.noise.NumpyNoise;

class CombinationTest {
    private final Latents x = new NumpyNoise().initial(1, 4, 5, 7);
    private final Latents y = new NumpyNoise().initial(2, 4, 5, 7);
    private final Latents z = new NumpyNoise().initial(3, 4, 5, 7);

    /// The combinations that filters make, by name, and one whose values are `x` itself.
    private Combination named(String name) {
        return switch (name) {
            case "difference" -> Combination.difference(x, y);
            case "projected" -> Combination.of(0.37, x, -1.91, y);
            default -> Combination.of(x);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"difference", "projected", "itself"})
    void whatIsDoneWithItIsBitForBitWhatIsDoneWithItsValues(String name) {
        Combination combination = named(name);
        Latents values = combination.latents();

        assertThat(combination.addedTo(z, 6.5)).isEqualTo(LatentOps.addScaled(z, 6.5, values));
        assertThat(combination.plus(-0.75, z)).isEqualTo(LatentOps.addScaled(values, -0.75, z));
        assertThat(combination.sumsWith(z)).isEqualTo(PairSums.of(values, z));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1e-30, 1e30})
    void aDifferenceIsThatOf32BitSubtraction(double scale) {
        Latents large = LatentOps.scale(scale, x);

        assertThat(Combination.difference(large, y).latents()).isEqualTo(LatentOps.subtract(large, y));
    }
}
