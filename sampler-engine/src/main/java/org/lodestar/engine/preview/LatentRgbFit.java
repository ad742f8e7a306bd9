package org.lodestar.engine.preview;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentFormat.RgbFactors;
import org.lodestar.engine.latent.Latents;

/// Fits [RgbFactors] to a decoder: least squares over latent cells, with a little ridge, of the mean colour the decoder gives a cell against the cell's latents.
///
/// The latents decoded are what the model's own encoder makes of simple pictures where it has one (so that they lie where real pictures lie), and smooth random
/// fields; the answer depends on the decoder only.
///
/// @param factors  the fit
/// @param rSquared share of the colour variance it explains, at most 1
public record LatentRgbFit(RgbFactors factors, double rSquared) {
    private static final double RIDGE = 1e-3;
    private static final int CELLS = 12;
    private static final int SAMPLES = 6;

    /// Random fields only.
    public static LatentRgbFit of(int channels, Function<Latents, Rgb> decoder) {
        return of(channels, decoder, fields(channels));
    }

    /// Random fields and the latents of simple pictures.
    ///
    /// @param downscale pixels per cell
    public static LatentRgbFit of(int channels, int downscale, Function<Latents, Rgb> decoder, Function<Rgb, Latents> encoder) {
        List<Latents> latents = new ArrayList<>(fields(channels));
        pictures(CELLS * downscale).forEach(picture -> latents.add(encoder.apply(picture)));
        return of(channels, decoder, latents);
    }

    /// The least-squares fit over the cells of `latents`.
    static LatentRgbFit of(int channels, Function<Latents, Rgb> decoder, List<Latents> latents) {
        int n = channels + 1;
        double[][] normal = new double[n][n];
        double[][] right = new double[n][3];
        double[] sum = new double[3];
        double[] squares = new double[3];
        int cells = 0;
        for (Latents z : latents) {
            Rgb picture = decoder.apply(z);
            int scale = picture.width() / z.width();
            for (int y = 0; y < z.height(); y++) {
                for (int x = 0; x < z.width(); x++) {
                    double[] row = row(z, y, x);
                    double[] colour = mean(picture, x * scale, y * scale, scale);
                    for (int i = 0; i < n; i++) {
                        for (int j = 0; j < n; j++) {
                            normal[i][j] += row[i] * row[j];
                        }
                        for (int k = 0; k < 3; k++) {
                            right[i][k] += row[i] * colour[k];
                        }
                    }
                    for (int k = 0; k < 3; k++) {
                        sum[k] += colour[k];
                        squares[k] += colour[k] * colour[k];
                    }
                    cells++;
                }
            }
        }
        double[][] moments = copy(normal);
        for (int i = 0; i < channels; i++) {
            normal[i][i] += RIDGE * cells;
        }
        double[][] solution = solve(normal, copy(right));
        double residual = 0;
        double total = 0;
        for (int k = 0; k < 3; k++) {
            residual += squares[k];
            for (int i = 0; i < n; i++) {
                residual -= 2 * solution[i][k] * right[i][k];
                for (int j = 0; j < n; j++) {
                    residual += solution[i][k] * moments[i][j] * solution[j][k];
                }
            }
            total += squares[k] - sum[k] * sum[k] / cells;
        }
        List<List<Double>> weights = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            weights.add(List.of(solution[c][0], solution[c][1], solution[c][2]));
        }
        RgbFactors factors = new RgbFactors(weights, List.of(solution[channels][0], solution[channels][1], solution[channels][2]));
        return new LatentRgbFit(factors, total > 0 ? 1 - residual / total : 0);
    }

    private static double[] row(Latents z, int y, int x) {
        double[] row = new double[z.channels() + 1];
        for (int c = 0; c < z.channels(); c++) {
            row[c] = z.at(c, y, x);
        }
        row[z.channels()] = 1;
        return row;
    }

    private static double[] mean(Rgb picture, int left, int top, int size) {
        double[] mean = new double[3];
        for (int y = top; y < top + size; y++) {
            for (int x = left; x < left + size; x++) {
                for (int k = 0; k < 3; k++) {
                    mean[k] += picture.at(x, y, k) / 127.5 - 1;
                }
            }
        }
        for (int k = 0; k < 3; k++) {
            mean[k] /= size * size;
        }
        return mean;
    }

    /// Smooth random fields with some noise: a random plane wave or two per channel around a random mean.
    private static List<Latents> fields(int channels) {
        SplittableRandom random = new SplittableRandom(20260101);
        List<Latents> fields = new ArrayList<>();
        for (int s = 0; s < SAMPLES; s++) {
            float[] values = new float[channels * CELLS * CELLS];
            for (int c = 0; c < channels; c++) {
                double mean = random.nextDouble(-1, 1);
                double amplitude = random.nextDouble(0.3, 1);
                double fx = random.nextDouble(-1, 1);
                double fy = random.nextDouble(-1, 1);
                double phase = random.nextDouble(2 * Math.PI);
                for (int y = 0; y < CELLS; y++) {
                    for (int x = 0; x < CELLS; x++) {
                        double wave = StrictMath.sin(phase + fx * x + fy * y);
                        values[(c * CELLS + y) * CELLS + x] = (float) (mean + amplitude * wave + random.nextDouble(-0.2, 0.2));
                    }
                }
            }
            fields.add(Latents.adopt(channels, CELLS, CELLS, values));
        }
        return fields;
    }

    /// A disc on a ground, each with a colour gradient, on light and dark grounds.
    private static List<Rgb> pictures(int side) {
        SplittableRandom random = new SplittableRandom(20260102);
        List<Rgb> pictures = new ArrayList<>();
        for (int s = 0; s < SAMPLES; s++) {
            double[] ground = s % 2 == 0 ? new double[] {255, 255, 255} : colour(random);
            double[] disc = colour(random);
            double[] slope = {random.nextDouble(-120, 120), random.nextDouble(-120, 120), random.nextDouble(-120, 120)};
            double radius = random.nextDouble(0.25, 0.45) * side;
            byte[] bytes = new byte[side * side * 3];
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    boolean inside = StrictMath.hypot(x - side / 2.0, y - side / 2.0) < radius;
                    for (int k = 0; k < 3; k++) {
                        double value = inside ? disc[k] + slope[k] * (y - side / 2.0) / side : ground[k];
                        bytes[(y * side + x) * 3 + k] = (byte) Math.clamp(Math.round(value), 0, 255);
                    }
                }
            }
            pictures.add(Rgb.adopt(side, side, bytes));
        }
        return pictures;
    }

    private static double[] colour(SplittableRandom random) {
        return new double[] {random.nextDouble(256), random.nextDouble(256), random.nextDouble(256)};
    }

    /// Solves `a*x = b` for a symmetric positive matrix by elimination with pivoting.
    private static double[][] solve(double[][] a, double[][] b) {
        int n = a.length;
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int row = column + 1; row < n; row++) {
                pivot = Math.abs(a[row][column]) > Math.abs(a[pivot][column]) ? row : pivot;
            }
            swap(a, column, pivot);
            swap(b, column, pivot);
            for (int row = 0; row < n; row++) {
                if (row == column || a[row][column] == 0) {
                    continue;
                }
                double factor = a[row][column] / a[column][column];
                for (int k = column; k < n; k++) {
                    a[row][k] -= factor * a[column][k];
                }
                for (int k = 0; k < b[row].length; k++) {
                    b[row][k] -= factor * b[column][k];
                }
            }
        }
        for (int row = 0; row < n; row++) {
            for (int k = 0; k < b[row].length; k++) {
                b[row][k] /= a[row][row];
            }
        }
        return b;
    }

    private static void swap(double[][] rows, int i, int j) {
        double[] row = rows[i];
        rows[i] = rows[j];
        rows[j] = row;
    }

    private static double[][] copy(double[][] rows) {
        double[][] copy = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            copy[i] = rows[i].clone();
        }
        return copy;
    }
}
