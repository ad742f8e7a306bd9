package org.lodestar.engine.image;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// Curves and points over two axes, drawn for a report: quiet grid, one colour per series, spread as a band.
///
/// @param title    what it shows, in a few words
/// @param subtitle how to read it, "" for nothing
/// @param x        horizontal axis
/// @param y        vertical axis
/// @param series   at least one, in the order of the legend
public record Plot(String title, String subtitle, PlotAxis x, PlotAxis y, List<Series> series) {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;
    private static final int MARGIN = 56;
    private static final int GROUND = 0xffffff;
    private static final int GRID = 0xe9eaec;
    private static final int AXIS = 0x9aa0a6;
    private static final int BRIGHT = 0x1d1f22;
    private static final int PLAIN = 0x4a4f55;
    private static final int QUIET = 0x7b8188;
    private static final List<Integer> COLOURS =
            List.of(0x2866d6, 0xe0722a, 0x21966a, 0xb3439c, 0xc29a10, 0x169bb0, 0xc8413f, 0x7a5cd0, 0x6b7a2a, 0x8a5a3c);
    private static final double TITLE_SIZE = 34;
    private static final double SIZE = 24;
    private static final double THICK = 4.5;
    private static final double THIN = 2.5;
    private static final double DOT = 12;
    private static final double DASH = 12;
    private static final double DASH_GAP = 8;
    private static final double BAND = 0.13;

    public Plot {
        series = List.copyOf(series);
        if (series.isEmpty()) {
            throw new IllegalArgumentException("a plot needs a series");
        }
    }

    /// How a series is drawn.
    public enum Mark {
        LINE,
        DOTS,
        LINE_AND_DOTS,
        /// Thin, grey and dashed, under everything else: something to compare with. Takes no colour.
        REFERENCE
    }

    /// @param name   for the legend; "" leaves it out there
    /// @param mark   how it is drawn
    /// @param points by ascending x where they are joined; a point whose y is NaN interrupts the line
    public record Series(String name, Mark mark, List<Point> points) {
        public Series {
            points = List.copyOf(points);
        }
    }

    /// @param low  lower edge of the spread, NaN for none
    /// @param high upper edge of the spread, NaN for none
    public record Point(double x, double y, double low, double high) {

        /// A point without a spread.
        public static Point at(double x, double y) {
            return new Point(x, y, Double.NaN, Double.NaN);
        }
    }

    /// Draws the plot.
    public Rgb draw() {
        return new Drawing().draw();
    }

    /// All measures are in pixels of a picture that is shown at half its size.
    private final class Drawing {
        private final Lettering regular = Lettering.regular();
        private final Lettering semibold = Lettering.semibold();
        private final Paper paper = new Paper(WIDTH, HEIGHT, GROUND);
        private final PlotAxis.Scale across = x.scale(points().mapToDouble(Point::x), 8);
        private final PlotAxis.Scale up = y.scale(points().flatMapToDouble(p -> DoubleStream.of(p.y, p.low, p.high)), 5);
        private final double left = MARGIN + up.ticks().stream().mapToDouble(tick -> regular.width(tick.label(), SIZE)).max().orElse(0) + SIZE * 0.8;
        private final double right = WIDTH - MARGIN - SIZE;
        private final double bottom = HEIGHT - MARGIN - SIZE * 2.6;
        private double top;

        private Stream<Point> points() {
            return series.stream().flatMap(s -> s.points.stream());
        }

        Rgb draw() {
            double labelTop = legend(words()) + SIZE * 0.9;
            regular.draw(paper, y.label(), MARGIN, labelTop + regular.ascent(SIZE), SIZE, QUIET);
            top = labelTop + SIZE * 2.4;
            axes();
            series.stream().filter(s -> s.mark == Mark.REFERENCE).forEach(s -> dashes(s.points));
            List<Series> coloured = series.stream().filter(s -> s.mark != Mark.REFERENCE).toList();
            for (int i = 0; i < coloured.size(); i++) {
                band(coloured.get(i).points, colour(i));
            }
            for (int i = 0; i < coloured.size(); i++) {
                curve(coloured.get(i), colour(i));
            }
            return paper.finish();
        }

        private static int colour(int index) {
            return COLOURS.get(index % COLOURS.size());
        }

        /// Title and subtitle; returns their lower edge.
        private double words() {
            double y = MARGIN * 0.8;
            for (String line : semibold.wrap(title, TITLE_SIZE, WIDTH - 2.0 * MARGIN, 2)) {
                semibold.draw(paper, line, MARGIN, y + semibold.ascent(TITLE_SIZE), TITLE_SIZE, BRIGHT);
                y += TITLE_SIZE * 1.35;
            }
            for (String line : subtitle.isBlank() ? List.<String>of() : regular.wrap(subtitle, SIZE, WIDTH - 2.0 * MARGIN, 3)) {
                regular.draw(paper, line, MARGIN, y + regular.ascent(SIZE), SIZE, PLAIN);
                y += SIZE * 1.4;
            }
            return y;
        }

        /// A sample and a name for each series, in rows; returns their lower edge.
        private double legend(double above) {
            double sample = SIZE * 1.5;
            double pen = MARGIN;
            double y = above + SIZE * 0.5;
            int index = 0;
            boolean any = false;
            for (Series s : series) {
                int colour = s.mark == Mark.REFERENCE ? QUIET : colour(index++);
                if (s.name.isEmpty()) {
                    continue;
                }
                double wide = sample + SIZE * 0.4 + regular.width(s.name, SIZE);
                if (pen > MARGIN && pen + wide > WIDTH - MARGIN) {
                    pen = MARGIN;
                    y += SIZE * 1.5;
                }
                double middle = y + SIZE * 0.62;
                Ink ink = new Ink(WIDTH, HEIGHT);
                if (s.mark == Mark.REFERENCE) {
                    for (double dash = 0; dash < sample; dash += DASH + DASH_GAP) {
                        ink.line(pen + dash, middle, pen + Math.min(sample, dash + DASH), middle, THIN);
                    }
                }
                if (s.mark == Mark.LINE || s.mark == Mark.LINE_AND_DOTS) {
                    ink.line(pen, middle, pen + sample, middle, THICK);
                }
                if (s.mark == Mark.DOTS || s.mark == Mark.LINE_AND_DOTS) {
                    ink.line(pen + sample / 2, middle, pen + sample / 2, middle, DOT);
                }
                ink.lay(paper, colour, 1);
                regular.draw(paper, s.name, pen + sample + SIZE * 0.4, y + regular.ascent(SIZE), SIZE, PLAIN);
                pen += wide + SIZE * 1.2;
                any = true;
            }
            return any ? y + SIZE * 1.4 : above;
        }

        private void axes() {
            for (PlotAxis.Tick tick : up.ticks()) {
                double at = vertical(tick.value());
                paper.fill((int) left, (int) Math.round(at) - 1, (int) (right - left), 2, GRID);
                double wide = regular.width(tick.label(), SIZE);
                regular.draw(paper, tick.label(), left - SIZE * 0.6 - wide, at + SIZE * 0.36, SIZE, QUIET);
            }
            paper.fill((int) left, (int) Math.round(bottom) - 1, (int) (right - left), 2, AXIS);
            for (PlotAxis.Tick tick : across.ticks()) {
                double at = horizontal(tick.value());
                paper.fill((int) Math.round(at) - 1, (int) bottom, 2, 9, AXIS);
                regular.draw(paper, tick.label(), at - regular.width(tick.label(), SIZE) / 2, bottom + SIZE * 1.4, SIZE, QUIET);
            }
            double wide = regular.width(x.label(), SIZE);
            regular.draw(paper, x.label(), right - wide, bottom + SIZE * 2.9, SIZE, QUIET);
        }

        private void dashes(List<Point> points) {
            Ink ink = new Ink(WIDTH, HEIGHT);
            double phase = 0;
            for (int i = 1; i < points.size(); i++) {
                double x0 = horizontal(points.get(i - 1).x);
                double y0 = vertical(points.get(i - 1).y);
                double dx = horizontal(points.get(i).x) - x0;
                double dy = vertical(points.get(i).y) - y0;
                double length = Math.hypot(dx, dy);
                if (!Double.isFinite(length)) {
                    continue;
                }
                for (double at = -phase; at < length; at += DASH + DASH_GAP) {
                    double from = Math.max(0, at) / length;
                    double to = Math.min(length, at + DASH) / length;
                    if (to > from) {
                        ink.line(x0 + from * dx, y0 + from * dy, x0 + to * dx, y0 + to * dy, THIN);
                    }
                }
                phase = (phase + length) % (DASH + DASH_GAP);
            }
            ink.lay(paper, QUIET, 1);
        }

        /// The spread between neighbouring points that both have one.
        private void band(List<Point> points, int colour) {
            Ink ink = new Ink(WIDTH, HEIGHT);
            for (int i = 1; i < points.size(); i++) {
                Point a = points.get(i - 1);
                Point b = points.get(i);
                double x0 = horizontal(a.x);
                double x1 = horizontal(b.x);
                for (int column = (int) Math.ceil(x0 - 0.5); column + 0.5 < x1; column++) {
                    double t = (column + 0.5 - x0) / (x1 - x0);
                    double high = (1 - t) * vertical(a.high) + t * vertical(b.high);
                    double low = (1 - t) * vertical(a.low) + t * vertical(b.low);
                    if (Double.isFinite(high) && Double.isFinite(low)) {
                        ink.column(column, Math.max(top, high), Math.min(bottom, low));
                    }
                }
            }
            ink.lay(paper, colour, BAND);
        }

        private void curve(Series s, int colour) {
            Ink ink = new Ink(WIDTH, HEIGHT);
            Ink rim = new Ink(WIDTH, HEIGHT);
            for (int i = 0; i < s.points.size(); i++) {
                double x1 = horizontal(s.points.get(i).x);
                double y1 = vertical(s.points.get(i).y);
                if (!Double.isFinite(x1) || !Double.isFinite(y1)) {
                    continue;
                }
                double x0 = i == 0 ? Double.NaN : horizontal(s.points.get(i - 1).x);
                double y0 = i == 0 ? Double.NaN : vertical(s.points.get(i - 1).y);
                boolean joined = s.mark != Mark.DOTS && Double.isFinite(x0) && Double.isFinite(y0);
                boolean alone = !joined && (i + 1 == s.points.size() || !Double.isFinite(s.points.get(i + 1).y));
                if (joined) {
                    ink.line(x0, y0, x1, y1, THICK);
                }
                if (s.mark != Mark.LINE || alone) {
                    ink.line(x1, y1, x1, y1, DOT);
                    rim.line(x1, y1, x1, y1, DOT + 5);
                }
            }
            if (s.mark == Mark.DOTS) {
                rim.lay(paper, GROUND, 1, top - DOT, bottom + DOT);
            }
            ink.lay(paper, colour, 1, top - DOT, bottom + DOT);
        }

        private double horizontal(double value) {
            return left + across.place(value) * (right - left);
        }

        private double vertical(double value) {
            return bottom - up.place(value) * (bottom - top);
        }
    }
}
