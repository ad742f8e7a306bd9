package org.lodestar.engine.internal.ort;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Latents;

/// Decodes or encodes a large picture piece by piece: overlapping tiles, whose results are blended where they overlap. Bounds memory and the time until a stop acts.
///
/// Weights rise linearly over the overlap from each inner edge, and the sum of weights divides the sum of results, so that a network that looks at one cell at a time gives the very same result
/// as without tiles. Everything is counted in latent cells; a cell gives `scale` x `scale` numbers per channel.
final class Tiles {
    /// Cells above which a picture is done in tiles: 1024x1024 pixels at eight pixels per cell.
    private static final int WHOLE = 128 * 128;
    private static final int SIDE = 96;
    private static final int SMALL_SIDE = 48;
    private static final int OVERLAP = 16;

    private final int rows;
    private final int columns;
    private final int channels;
    private final int scale;
    private final int side;
    private final int overlap;
    private final int width;
    private final int height;
    private final float[] sum;
    private final float[] weight;

    /// A tile in latent cells.
    record Tile(int top, int left, int height, int width) {
        /// What of `z` lies under it.
        ///
        /// @param unit entries of `z` per cell along each axis
        Latents cut(Latents z, int unit) {
            if (top == 0 && left == 0 && height * unit == z.height() && width * unit == z.width()) {
                return z;
            }
            int wide = width * unit;
            int plane = height * unit * wide;
            float[] values = new float[z.channels() * plane];
            for (int i = 0; i < values.length; i++) {
                values[i] = z.at(i / plane, top * unit + i % plane / wide, left * unit + i % wide);
            }
            return Latents.adopt(z.channels(), height * unit, wide, values);
        }
    }

    Tiles(int rows, int columns, int channels, int scale, int side, int overlap) {
        this.rows = rows;
        this.columns = columns;
        this.channels = channels;
        this.scale = scale;
        this.side = side;
        this.overlap = overlap;
        this.width = columns * scale;
        this.height = rows * scale;
        this.sum = new float[channels * width * height];
        this.weight = new float[width * height];
    }

    /// All of `rows` x `columns` cells: in one piece where that is not too large, else in tiles; in smaller tiles where memory runs out.
    ///
    /// @param channels of the result
    /// @param scale    numbers per cell along each axis of the result
    /// @param anySize  whether the network takes any size; one of a fixed size is asked for the whole
    /// @param network  gives the planes of a tile, `channels` of them
    /// @throws EngineException.OutOfResources if there is not memory enough for the smallest tiles
    static float[] cover(int rows, int columns, int channels, int scale, boolean anySize, Function<Tile, float[]> network) {
        int side = needed(rows, columns) && anySize ? SIDE : Math.max(rows, columns);
        while (true) {
            try {
                return at(side, rows, columns, channels, scale, network);
            } catch (EngineException.OutOfResources e) {
                int smaller = side > SIDE ? SIDE : SMALL_SIDE;
                if (!anySize || smaller >= Math.min(side, Math.max(rows, columns))) {
                    throw e;
                }
                side = smaller;
            }
        }
    }

    private static float[] at(int side, int rows, int columns, int channels, int scale, Function<Tile, float[]> network) {
        if (side >= rows && side >= columns) {
            return network.apply(new Tile(0, 0, rows, columns));
        }
        Tiles tiles = new Tiles(rows, columns, channels, scale, side, OVERLAP);
        tiles.forEach(tile -> tiles.add(tile, network.apply(tile)));
        return tiles.planes();
    }

    static boolean needed(int rows, int columns) {
        return rows * columns > WHOLE;
    }

    void forEach(Consumer<Tile> action) {
        for (int top : starts(rows)) {
            for (int left : starts(columns)) {
                action.accept(new Tile(top, left, Math.min(side, rows), Math.min(side, columns)));
            }
        }
    }

    /// First cells of the tiles along an axis: evenly spread, overlapping by at least `overlap`.
    private List<Integer> starts(int length) {
        if (length <= side) {
            return List.of(0);
        }
        int count = Math.ceilDiv(length - overlap, side - overlap);
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            starts.add((int) ((long) i * (length - side) / (count - 1)));
        }
        return starts;
    }

    /// Adds what the network gave for a tile.
    void add(Tile tile, float[] planes) {
        int tileWidth = tile.width() * scale;
        int tileHeight = tile.height() * scale;
        for (int y = 0; y < tileHeight; y++) {
            float down = ramp(y, tileHeight, tile.top() > 0, tile.top() + tile.height() < rows);
            for (int x = 0; x < tileWidth; x++) {
                float w = down * ramp(x, tileWidth, tile.left() > 0, tile.left() + tile.width() < columns);
                int target = (tile.top() * scale + y) * width + tile.left() * scale + x;
                weight[target] += w;
                for (int k = 0; k < channels; k++) {
                    sum[k * width * height + target] += w * planes[(k * tileHeight + y) * tileWidth + x];
                }
            }
        }
    }

    private float ramp(int at, int length, boolean before, boolean after) {
        float rise = overlap * scale;
        float fromStart = before ? (at + 0.5f) / rise : 1;
        float fromEnd = after ? (length - at - 0.5f) / rise : 1;
        return Math.min(1, Math.min(fromStart, fromEnd));
    }

    /// The blended whole.
    float[] planes() {
        float[] planes = new float[sum.length];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = sum[i] / weight[i % weight.length];
        }
        return planes;
    }
}
