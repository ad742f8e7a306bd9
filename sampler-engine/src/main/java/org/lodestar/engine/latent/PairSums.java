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
        Running sums = new Running();
        for (int i = 0; i < vx.length; i++) {
            sums.add(vx[i], vy[i]);
        }
        return sums.sums();
    }

    /// Sums of `origin - x` and `origin - y`, without making either.
    public static PairSums seenFrom(Latents origin, Latents x, Latents y) {
        LatentOps.requireSameShape(origin, x);
        LatentOps.requireSameShape(origin, y);
        float[] vo = origin.raw();
        float[] vx = x.raw();
        float[] vy = y.raw();
        Running sums = new Running();
        for (int i = 0; i < vo.length; i++) {
            sums.add((double) vo[i] - vx[i], (double) vo[i] - vy[i]);
        }
        return sums.sums();
    }

    /// The sums so far.
    static final class Running {
        private double xx;
        private double yy;
        private double xy;
        private double dd;

        void add(double a, double b) {
            double d = a - b;
            xx += a * a;
            yy += b * b;
            xy += a * b;
            dd += d * d;
        }

        PairSums sums() {
            return new PairSums(xx, yy, xy, dd);
        }
    }

    /// `<x, y> / (|x| |y|)`, in -1..1; 0 if either is (almost) zero.
    public double cosine() {
        double product = Math.sqrt(xx * yy);
        return product < 1e-24 ? 0 : Math.clamp(xy / product, -1, 1);
    }
}
