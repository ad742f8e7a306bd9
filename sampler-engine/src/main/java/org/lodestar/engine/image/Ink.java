package org.lodestar.engine.image;

/// Shapes with smooth edges, gathered as coverage 0..1 per pixel before they are laid on the paper in one go: pieces of one line that overlap do not darken each other.
/// Coordinates are in pixels, with pixel (0, 0) covering 0..1 along both axes.
final class Ink {
    private final int width;
    private final int height;
    private final float[] coverage;

    Ink(int width, int height) {
        this.width = width;
        this.height = height;
        this.coverage = new float[width * height];
    }

    /// A straight line with round ends; a dot where both ends are the same.
    void line(double x0, double y0, double x1, double y1, double thickness) {
        double radius = thickness / 2;
        double reach = radius + 1;
        double dx = x1 - x0;
        double dy = y1 - y0;
        double squaredLength = dx * dx + dy * dy;
        for (int y = clampRow(Math.min(y0, y1) - reach); y < clampRow(Math.max(y0, y1) + reach + 1); y++) {
            for (int x = clampColumn(Math.min(x0, x1) - reach); x < clampColumn(Math.max(x0, x1) + reach + 1); x++) {
                double px = x + 0.5 - x0;
                double py = y + 0.5 - y0;
                double along = squaredLength == 0 ? 0 : Math.clamp((px * dx + py * dy) / squaredLength, 0, 1);
                cover(x, y, radius + 0.5 - Math.hypot(px - along * dx, py - along * dy));
            }
        }
    }

    /// The part of pixel column `x` between two heights.
    void column(int x, double top, double bottom) {
        if (x < 0 || x >= width) {
            return;
        }
        for (int y = clampRow(top); y < clampRow(bottom + 1); y++) {
            cover(x, y, Math.min(y + 1, bottom) - Math.max(y, top));
        }
    }

    /// Lays `colour` on `paper` wherever there is ink.
    void lay(Paper paper, int colour, double opacity) {
        lay(paper, colour, opacity, 0, height);
    }

    /// Lays `colour` on the rows `top` to before `bottom`.
    void lay(Paper paper, int colour, double opacity, double top, double bottom) {
        for (int y = clampRow(top); y < clampRow(bottom); y++) {
            for (int x = 0; x < width; x++) {
                float c = coverage[y * width + x];
                if (c > 0) {
                    paper.blend(x, y, colour, c * opacity);
                }
            }
        }
    }

    private void cover(int x, int y, double amount) {
        int at = y * width + x;
        coverage[at] = Math.max(coverage[at], (float) Math.clamp(amount, 0, 1));
    }

    private int clampRow(double y) {
        return (int) Math.clamp(Math.floor(y), 0, height);
    }

    private int clampColumn(double x) {
        return (int) Math.clamp(Math.floor(x), 0, width);
    }
}
