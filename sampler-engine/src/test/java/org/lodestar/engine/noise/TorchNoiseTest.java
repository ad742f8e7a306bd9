package org.lodestar.engine.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `torch_noise.json` holds what `torch.randn(shape, generator=torch.Generator().manual_seed(seed))` gave on a CPU (torch 2.13).
class TorchNoiseTest {
    private static final double TOLERANCE = 2e-6;

    record Case(long seed, int count, List<Double> first, List<Double> last, double sum, double sumOfSquares) {
        @Override
        public String toString() {
            return "seed " + seed + ", " + count + " values";
        }
    }

    @ParameterizedTest
    @MethodSource("goldenCases")
    void givesTheValuesOfTorch(Case golden) {
        float[] values = TorchNoise.randn(golden.seed(), 0, golden.count());

        for (int i = 0; i < golden.first().size(); i++) {
            assertThat((double) values[i]).as("value %d", i).isCloseTo(golden.first().get(i), within(TOLERANCE));
        }
        for (int i = 0; i < golden.last().size(); i++) {
            assertThat((double) values[values.length - golden.last().size() + i]).isCloseTo(golden.last().get(i), within(TOLERANCE));
        }
        double sum = 0;
        double sumOfSquares = 0;
        for (float v : values) {
            sum += v;
            sumOfSquares += (double) v * v;
        }
        assertThat(sum).isCloseTo(golden.sum(), within(TOLERANCE * Math.sqrt(golden.count())));
        assertThat(sumOfSquares).isCloseTo(golden.sumOfSquares(), within(TOLERANCE * golden.count()));
    }

    static List<Case> goldenCases() {
        List<Case> cases = new ArrayList<>();
        for (JsonNode node : golden("torch_noise.json").get("cases")) {
            int count = 1;
            for (JsonNode axis : node.get("shape")) {
                count *= axis.asInt();
            }
            cases.add(new Case(
                    node.get("seed").asLong(), count, numbers(node.get("first16")), numbers(node.get("last4")), node.get("sum").asDouble(), node.get("sumsq").asDouble()));
        }
        return cases;
    }

    /// Widely published values of `torch.manual_seed(0); torch.randn(3)` and `torch.manual_seed(42); torch.randn(4)`.
    @Test
    void fewerThanSixteenValuesAreDrawnInDoublePrecision() {
        assertThat(TorchNoise.randn(0, 0, 3)).containsExactly(new float[] {1.5410f, -0.2934f, -2.1788f}, within(5e-5f));
        assertThat(TorchNoise.randn(42, 0, 4)).containsExactly(new float[] {0.3367f, 0.1288f, 0.2345f, 0.2303f}, within(5e-5f));
    }

    /// The rule for sizes 16 does not divide, rebuilt from full blocks: uniforms 0..n-1 fill the array, 16 more replace its end.
    @ParameterizedTest
    @ValueSource(ints = {17, 31, 50, 4 * 37 * 37})
    void theLastSixteenOfAnOddSizeAreDrawnAnew(int count) {
        float[] values = TorchNoise.randn(3, 0, count);

        MersenneTwister words = new MersenneTwister(3);
        float[] uniforms = new float[count + 16];
        for (int i = 0; i < uniforms.length; i++) {
            uniforms[i] = (words.nextInt() & 0xffffff) / 16777216f;
        }
        float[] full = TorchNoise.randn(3, 0, (count / 16 + 1) * 16);
        int untouched = Math.min(count - 16, count / 16 * 16);
        for (int i = 0; i < untouched; i++) {
            assertThat(values[i]).as("value %d of the first blocks", i).isEqualTo(full[i]);
        }
        for (int j = 0; j < 8; j++) {
            double radius = Math.sqrt(-2 * Math.log(1 - uniforms[count + j]));
            double angle = 2 * Math.PI * uniforms[count + j + 8];
            assertThat((double) values[count - 16 + j]).isCloseTo(radius * Math.cos(angle), within(1e-6 * 5));
            assertThat((double) values[count - 8 + j]).isCloseTo(radius * Math.sin(angle), within(1e-6 * 5));
        }
    }

    @Test
    void onlyTheLowHalfOfTheSeedCounts() {
        assertThat(TorchNoise.randn(5 + (1L << 32), 0, 64)).isEqualTo(TorchNoise.randn(5, 0, 64));
        assertThat(TorchNoise.randn(6, 0, 64)).isNotEqualTo(TorchNoise.randn(5, 0, 64));
    }

    @Test
    void theFirstStateIsOneContiguousTensor() {
        assertThat(new TorchNoise().initial(42, 4, 16, 16).toArray()).isEqualTo(TorchNoise.randn(42, 0, 1024));
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> all = new ArrayList<>();
        array.forEach(n -> all.add(n.asDouble()));
        return all;
    }

    private static JsonNode golden(String name) {
        String folder = System.getProperty("lodestar.golden", "");
        try (InputStream in = folder.isEmpty()
                ? Objects.requireNonNull(TorchNoiseTest.class.getResourceAsStream("/golden/" + name))
                : Files.newInputStream(Path.of(folder, name))) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
