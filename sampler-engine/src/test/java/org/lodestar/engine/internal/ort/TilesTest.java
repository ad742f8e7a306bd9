package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Latents;

class TilesTest {
    private final List<Integer> asked = new ArrayList<>();

    /// A network for which memory suffices up to `cells`; it gives every cell's number in its place.
    private float[] answer(int cells, Latents whole, Tiles.Tile tile) {
        asked.add(Math.max(tile.height(), tile.width()));
        if (tile.height() * tile.width() > cells) {
            throw new EngineException.OutOfResources("Memory ran out.", null);
        }
        return tile.cut(whole, 1).toArray();
    }

    private float[] cover(Latents whole, boolean anySize, int cells) {
        return Tiles.cover(whole.height(), whole.width(), whole.channels(), 1, anySize, tile -> answer(cells, whole, tile));
    }

    private static Latents numbered(int channels, int rows, int columns) {
        return Latents.zeros(channels, rows, columns).like(i -> i * 0.01);
    }

    @Test
    void oneCallIsEnoughForWhatIsNotLarge() {
        Latents whole = numbered(2, 100, 120);
        assertThat(cover(whole, true, Integer.MAX_VALUE)).isEqualTo(whole.toArray());
        assertThat(asked).containsExactly(120);
    }

    @Test
    void tilesAreTakenAfterAMemoryFailureAndSmallerOnesAfterAnother() {
        Latents whole = numbered(3, 100, 120);
        float[] found = cover(whole, true, 96 * 96);
        assertThat(asked).startsWith(120, 96).doesNotContain(48);
        assertClose(found, whole);

        asked.clear();
        assertClose(cover(whole, true, 48 * 48), whole);
        assertThat(asked).startsWith(120, 96, 48);
    }

    @Test
    void aMemoryFailureOfTheSmallestTilesIsTold() {
        assertThatThrownBy(() -> cover(numbered(1, 100, 120), true, 10)).isInstanceOf(EngineException.OutOfResources.class);
        assertThat(asked).containsExactly(120, 96, 48);
        asked.clear();
        assertThatThrownBy(() -> cover(numbered(1, 40, 40), true, 10)).isInstanceOf(EngineException.OutOfResources.class);
        assertThat(asked).as("smaller than the smallest tile").containsExactly(40);
    }

    @Test
    void aNetworkOfFixedSizeIsNotAskedForTiles() {
        assertThatThrownBy(() -> cover(numbered(1, 150, 150), false, 10)).isInstanceOf(EngineException.OutOfResources.class);
        assertThat(asked).containsExactly(150);
    }

    private static void assertClose(float[] found, Latents whole) {
        float[] wanted = whole.toArray();
        assertThat(found).hasSameSizeAs(wanted);
        double worst = IntStream.range(0, wanted.length).mapToDouble(i -> Math.abs(found[i] - wanted[i])).max().orElseThrow();
        assertThat(worst).isCloseTo(0, within(1e-3));
    }
}
