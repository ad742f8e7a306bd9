package org.lodestar.engine.latent;

import java.util.ArrayList;
import java.util.List;

/// A rectangular part of [Latents], all channels of it, in cells.
///
/// @param top    its first row
/// @param left   its first column
/// @param height above 0
/// @param width  above 0
public record Crop(int top, int left, int height, int width) {

    /// Equal parts that cover everything and overlap, row by row. Along a side of `n` cells the parts are `p = share*n` cells long, to the nearest multiple of `unit`, and begin at equal
    /// distances of at most `p*(1 - overlap)`, to the nearest multiple of `unit` and no less than one, the first at 0 and the last at `n - p`.
    ///
    /// Where `share` is below 1, parts are shorter than the side if two units fit into it.
    ///
    /// @param share   of each side, above 0, at most 1
    /// @param overlap share of a part that the next one has in common with it at least, but for rounding, below 1
    /// @param unit    parts are as long as multiples of it; sides should be, too
    public static List<Crop> covering(Latents whole, double share, double overlap, int unit) {
        int height = length(whole.height(), share, unit);
        int width = length(whole.width(), share, unit);
        List<Crop> parts = new ArrayList<>();
        for (int top : starts(whole.height(), height, overlap, unit)) {
            for (int left : starts(whole.width(), width, overlap, unit)) {
                parts.add(new Crop(top, left, height, width));
            }
        }
        return parts;
    }

    private static int length(int side, double share, int unit) {
        if (share >= 1 || side < 2 * unit) {
            return side;
        }
        int most = (side - 1) / unit * unit;
        return Math.clamp(Math.round(share * side / unit) * unit, unit, most);
    }

    private static List<Integer> starts(int side, int part, double overlap, int unit) {
        // The small term keeps rounding from adding a part where the distances come out even.
        int wanted = (int) Math.ceil((side - part) / (part * (1 - overlap)) - 1e-9);
        int distances = Math.min(wanted, Math.ceilDiv(side - part, unit));
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int i = 1; i <= distances; i++) {
            starts.add(i == distances ? side - part : Math.toIntExact(Math.round((double) i * (side - part) / distances / unit)) * unit);
        }
        return starts;
    }

    /// This part of `whole`.
    public Latents of(Latents whole) {
        float[] values = new float[whole.channels() * height * width];
        for (int channel = 0; channel < whole.channels(); channel++) {
            for (int y = 0; y < height; y++) {
                System.arraycopy(whole.raw(), (channel * whole.height() + top + y) * whole.width() + left, values, (channel * height + y) * width, width);
            }
        }
        return Latents.adopt(whole.channels(), height, width, values);
    }

    /// The parts put together, each cell the mean of those that hold it. Summed in 64-bit, so that parts that agree give what they agree on bit for bit.
    ///
    /// @param whole a value of the shape to make, also given back where no part lies
    /// @param parts where they lie
    /// @param found their values, in the same order
    public static Latents mean(Latents whole, List<Crop> parts, List<Latents> found) {
        double[] sums = new double[whole.size()];
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).addTo(sums, whole, found.get(i));
        }
        int[] counts = counts(whole, parts);
        int plane = counts.length;
        return whole.like(i -> counts[i % plane] == 0 ? whole.at(i) : sums[i] / counts[i % plane]);
    }

    private void addTo(double[] sums, Latents whole, Latents part) {
        for (int channel = 0; channel < whole.channels(); channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    sums[(channel * whole.height() + top + y) * whole.width() + left + x] += part.at(channel, y, x);
                }
            }
        }
    }

    /// How many of `parts` hold each cell, row by row.
    public static int[] counts(Latents whole, List<Crop> parts) {
        int[] counts = new int[whole.height() * whole.width()];
        for (Crop part : parts) {
            for (int y = part.top; y < part.top + part.height; y++) {
                for (int x = part.left; x < part.left + part.width; x++) {
                    counts[y * whole.width() + x]++;
                }
            }
        }
        return counts;
    }
}
