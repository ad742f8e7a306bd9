package org.lodestar.engine.latent;

/// `a*x + b*y`, computed where it is needed: sums over it and what is added of it take no storage of their own.
///
/// Every entry is computed in 64-bit and rounded once to 32-bit, wherever it is used; so [#latents] and the rest agree bit for bit. A difference (`a = 1`, `b = -1`) is that of 32-bit
/// subtraction, because rounding a sum of two floats by way of 64-bit changes nothing.
public final class Combination {

    private final double a;
    private final Latents x;
    private final double b;
    private final Latents y;

    private Combination(double a, Latents x, double b, Latents y) {
        LatentOps.requireSameShape(x, y);
        this.a = a;
        this.x = x;
        this.b = b;
        this.y = y;
    }

    /// `a*x + b*y`, of equal shapes.
    public static Combination of(double a, Latents x, double b, Latents y) {
        return new Combination(a, x, b, y);
    }

    /// `x - y`
    public static Combination difference(Latents x, Latents y) {
        return of(1, x, -1, y);
    }

    /// `x` itself.
    public static Combination of(Latents x) {
        return of(1, x, 0, x);
    }

    /// Number of entries.
    public int size() {
        return x.size();
    }

    /// The values; `x` itself where that is what they are.
    public Latents latents() {
        return isX() ? x : LatentOps.combineExactly(a, x, b, y);
    }

    /// `base + w*this`
    public Latents addedTo(Latents base, double w) {
        if (isX()) {
            return LatentOps.addScaled(base, w, x);
        }
        LatentOps.requireSameShape(x, base);
        float fw = (float) w;
        float[] vx = x.raw();
        float[] vy = y.raw();
        float[] in = base.raw();
        float[] out = new float[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = in[i] + fw * (float) (a * vx[i] + b * vy[i]);
        }
        return base.likeAdopting(out);
    }

    /// `this + w*other`
    public Latents plus(double w, Latents other) {
        if (isX()) {
            return LatentOps.addScaled(x, w, other);
        }
        LatentOps.requireSameShape(x, other);
        float fw = (float) w;
        float[] vx = x.raw();
        float[] vy = y.raw();
        float[] more = other.raw();
        float[] out = new float[more.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (a * vx[i] + b * vy[i]) + fw * more[i];
        }
        return x.likeAdopting(out);
    }

    /// The sums that relate this with `other`.
    public PairSums sumsWith(Latents other) {
        if (isX()) {
            return PairSums.of(x, other);
        }
        LatentOps.requireSameShape(x, other);
        float[] vx = x.raw();
        float[] vy = y.raw();
        float[] vo = other.raw();
        PairSums.Running sums = new PairSums.Running();
        for (int i = 0; i < vx.length; i++) {
            sums.add((float) (a * vx[i] + b * vy[i]), vo[i]);
        }
        return sums.sums();
    }

    private boolean isX() {
        return a == 1 && b == 0;
    }
}
