package org.lodestar.engine.latent;

/// The sums that relate two latents, from one pass over both: `<x,x>`, `<y,y>`, `<x,y>` and `|x - y|^2`, accumulated in 64-bit.
///
/// The squared distance is summed from the differences themselves, so that it stays exact where x and y almost agree.
public record PairSums(double xx, double yy, double xy, double squaredDistance) {

    /// Sums of `x` and `y`, which have equal shapes.
    public static PairSums of(Latents x, Latents y) {
        LatentOps.requireSameShape(x, y);
        float[] vx = x.raw();
        float[] vy = y.raw();
        double xx = 0;
        double yy = 0;
        double xy = 0;
        double dd = 0;
        for (int i = 0; i < vx.length; i++) {
            double a = vx[i];
            double b = vy[i];
            double d = a - b;
            xx += a * a;
            yy += b * b;
            xy += a * b;
            dd += d * d;
        }
        return new PairSums(xx, yy, xy, dd);
    }

    /// Sums of `origin - x` and `origin - y`, without making either.
    public static PairSums seenFrom(Latents origin, Latents x, Latents y) {
        LatentOps.requireSameShape(origin, x);
        LatentOps.requireSameShape(origin, y);
        float[] vo = origin.raw();
        float[] vx = x.raw();
        float[] vy = y.raw();
        double xx = 0;
        double yy = 0;
        double xy = 0;
        double dd = 0;
        for (int i = 0; i < vo.length; i++) {
            double a = (double) vo[i] - vx[i];
            double b = (double) vo[i] - vy[i];
            double d = a - b;
            xx += a * a;
            yy += b * b;
            xy += a * b;
            dd += d * d;
        }
        return new PairSums(xx, yy, xy, dd);
    }

    /// `<x, y> / (|x| |y|)`, in -1..1; 0 if either is (almost) zero.
    public double cosine() {
        double product = Math.sqrt(xx * yy);
        return product < 1e-24 ? 0 : Math.clamp(xy / product, -1, 1);
    }
}
