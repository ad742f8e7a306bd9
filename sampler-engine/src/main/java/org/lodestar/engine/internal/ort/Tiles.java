package org.lodestar.engine.internal.ort;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lodestar.engine.latent.Latents;

/// Decodes a large picture piece by piece: overlapping tiles of latents, whose pictures are blended where they overlap. Bounds memory and the time until a
/// stop acts.
///
/// Weights rise linearly over the overlap from each inner edge, and the sum of weights divides the sum of pictures, so that a decoder that looks at one cell
/// at a time gives the
/// very same picture as without tiles.
final class Tiles {
    /// Cells above which a picture is decoded in tiles: 1024x1024 pixels at eight pixels per cell.
    private static final int WHOLE = 128 * 128;
    private static final int SIDE = 96;
    private static final int OVERLAP = 16;

    private final Latents z;
    private final int scale;
    private final int side;
    private final int overlap;
    private final int width;
    private final int height;
    private final float[] sum;
    private final float[] weight;

    /// A tile in latent cells.
    record Tile(int top, int left, int height, int width) {
        Latents cut(Latents z) {
            float[] values = new float[z.channels() * height * width];
            for (int i = 0; i < values.length; i++) {
                values[i] = z.at(i / (height * width), top + i / width % height, left + i % width);
            }
            return Latents.adopt(z.channels(), height, width, values);
        }
    }

    /// @param scale pixels per cell
    Tiles(Latents z, int scale) {
        this(z, scale, SIDE, OVERLAP);
    }

    Tiles(Latents z, int scale, int side, int overlap) {
        this.z = z;
        this.scale = scale;
        this.side = side;
        this.overlap = overlap;
        this.width = z.width() * scale;
        this.height = z.height() * scale;
        this.sum = new float[3 * width * height];
        this.weight = new float[width * height];
    }

    static boolean needed(Latents z) {
        return z.height() * z.width() > WHOLE;
    }

    void forEach(Consumer<Tile> action) {
        for (int top : starts(z.height())) {
            for (int left : starts(z.width())) {
                action.accept(new Tile(top, left, Math.min(side, z.height()), Math.min(side, z.width())));
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

    /// Adds the picture of a tile, three planes.
    void add(Tile tile, float[] planes) {
        int tileWidth = tile.width() * scale;
        int tileHeight = tile.height() * scale;
        for (int y = 0; y < tileHeight; y++) {
            float down = ramp(y, tileHeight, tile.top() > 0, tile.top() + tile.height() < z.height());
            for (int x = 0; x < tileWidth; x++) {
                float w = down * ramp(x, tileWidth, tile.left() > 0, tile.left() + tile.width() < z.width());
                int target = (tile.top() * scale + y) * width + tile.left() * scale + x;
                weight[target] += w;
                for (int k = 0; k < 3; k++) {
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

    /// The blended picture, three planes.
    float[] planes() {
        float[] planes = new float[sum.length];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = sum[i] / weight[i % weight.length];
        }
        return planes;
    }
}
