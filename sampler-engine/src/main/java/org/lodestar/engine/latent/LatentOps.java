package org.lodestar.engine.latent;

import java.util.function.DoubleUnaryOperator;

/// Arithmetic on [Latents]: the one place to make it fast.
///
/// Elementwise results are 32-bit floats computed in 32-bit (scalars are rounded to float first); sums, dot products and norms accumulate in 64-bit. Every
/// operation of two values needs equal shapes. Nothing here changes its arguments.
public final class LatentOps {

    private LatentOps() {}

    /// `a*x`
    public static Latents scale(double a, Latents x) {
        float fa = (float) a;
        float[] in = x.raw();
        float[] out = new float[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = fa * in[i];
        }
        return x.likeAdopting(out);
    }

    /// `a*x + b*y`
    public static Latents combine(double a, Latents x, double b, Latents y) {
        requireSameShape(x, y);
        float fa = (float) a;
        float fb = (float) b;
        float[] in = x.raw();
        float[] other = y.raw();
        float[] out = new float[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = fa * in[i] + fb * other[i];
        }
        return x.likeAdopting(out);
    }

    /// `a*x + b*y + c*z`
    public static Latents combine(double a, Latents x, double b, Latents y, double c, Latents z) {
        requireSameShape(x, y);
        requireSameShape(x, z);
        float fa = (float) a;
        float fb = (float) b;
        float fc = (float) c;
        float[] vx = x.raw();
        float[] vy = y.raw();
        float[] vz = z.raw();
        float[] out = new float[vx.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = fa * vx[i] + fb * vy[i] + fc * vz[i];
        }
        return x.likeAdopting(out);
    }

    /// `a*x + b*y` computed in 64-bit and rounded once, for projections.
    public static Latents combineExactly(double a, Latents x, double b, Latents y) {
        requireSameShape(x, y);
        float[] in = x.raw();
        float[] other = y.raw();
        float[] out = new float[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (a * in[i] + b * other[i]);
        }
        return x.likeAdopting(out);
    }

    /// `x + y`
    public static Latents add(Latents x, Latents y) {
        return combine(1, x, 1, y);
    }

    /// `x - y`
    public static Latents subtract(Latents x, Latents y) {
        requireSameShape(x, y);
        float[] in = x.raw();
        float[] other = y.raw();
        float[] out = new float[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = in[i] - other[i];
        }
        return x.likeAdopting(out);
    }

    /// `x + a*d`
    public static Latents addScaled(Latents x, double a, Latents d) {
        requireSameShape(x, d);
        float fa = (float) a;
        float[] in = x.raw();
        float[] dir = d.raw();
        float[] out = new float[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = in[i] + fa * dir[i];
        }
        return x.likeAdopting(out);
    }

    /// `x + a*(to - from)`: `x` itself, bit for bit, where `to` equals `from`.
    public static Latents addScaledDifference(Latents x, double a, Latents to, Latents from) {
        requireSameShape(x, to);
        requireSameShape(x, from);
        float fa = (float) a;
        float[] in = x.raw();
        float[] end = to.raw();
        float[] start = from.raw();
        float[] out = new float[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = in[i] + fa * (end[i] - start[i]);
        }
        return x.likeAdopting(out);
    }

    /// `from + w*(to - from)`: `from` itself, bit for bit, at `w = 0`.
    public static Latents extrapolate(Latents from, Latents to, double w) {
        requireSameShape(from, to);
        float fw = (float) w;
        float[] a = from.raw();
        float[] b = to.raw();
        float[] out = new float[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = a[i] + fw * (b[i] - a[i]);
        }
        return from.likeAdopting(out);
    }

    /// `f(x)` entry by entry.
    public static Latents map(Latents x, DoubleUnaryOperator f) {
        float[] in = x.raw();
        float[] out = new float[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) f.applyAsDouble(in[i]);
        }
        return x.likeAdopting(out);
    }

    /// `<x, y>`
    public static double dot(Latents x, Latents y) {
        requireSameShape(x, y);
        return dot(x.raw(), y.raw());
    }

    /// `|x|^2`
    public static double squaredNorm(Latents x) {
        return dot(x.raw(), x.raw());
    }

    /// `|x|`
    public static double norm(Latents x) {
        return Math.sqrt(squaredNorm(x));
    }

    /// `<x, y> / (|x| |y|)`, in -1..1; 0 if either is (almost) zero.
    public static double cosine(Latents x, Latents y) {
        double product = Math.sqrt(squaredNorm(x) * squaredNorm(y));
        return product < 1e-24 ? 0 : Math.clamp(dot(x, y) / product, -1, 1);
    }

    public static double mean(Latents x) {
        float[] in = x.raw();
        double sum = 0;
        for (float v : in) {
            sum += v;
        }
        return sum / in.length;
    }

    /// Standard deviation over all entries, with `n - ddof` in the denominator (`ddof` 0: population, 1: sample).
    public static double std(Latents x, int ddof) {
        float[] in = x.raw();
        double mean = mean(x);
        double sum = 0;
        for (float v : in) {
            double d = v - mean;
            sum += d * d;
        }
        return Math.sqrt(sum / Math.max(1, in.length - ddof));
    }

    /// Whether no entry is `NaN` or infinite.
    public static boolean isFinite(Latents x) {
        // 0*v is 0 for finite v and NaN otherwise, and a sum with NaN stays NaN: one branch-free pass.
        float sum = 0;
        for (float v : x.raw()) {
            sum += 0 * v;
        }
        return sum == 0;
    }

    private static double dot(float[] x, float[] y) {
        // Four accumulators let the processor overlap the additions; the order of summation is fixed, so the result is reproducible.
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < x.length; i += 4) {
            s0 += (double) x[i] * y[i];
            s1 += (double) x[i + 1] * y[i + 1];
            s2 += (double) x[i + 2] * y[i + 2];
            s3 += (double) x[i + 3] * y[i + 3];
        }
        for (; i < x.length; i++) {
            s0 += (double) x[i] * y[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    static void requireSameShape(Latents x, Latents y) {
        if (!x.sameShape(y)) {
            throw new IllegalArgumentException("latents of different shapes: " + x.shape() + " and " + y.shape());
        }
    }
}
