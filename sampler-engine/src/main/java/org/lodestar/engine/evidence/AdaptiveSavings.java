package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.evidence.Scope.Trial;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.image.Ssim;

/// What adaptive guidance saves, against simpler ways of spending the same number of evaluations.
final class AdaptiveSavings implements Experiment {
    private static final double ALIKE = 0.95;
    private static final double SAVING = 0.25;
    private static final int CALIBRATION_SEED = 9001;
    private static final List<String> FAMILIES = List.of("adaptive", "fewer CFG steps", "first steps only", "last steps only");

    /// One way of saving at one budget.
    private record Point(String family, String name, Spread nfe, Spread similarity, List<Picture> pictures) {}

    @Override
    public int number() {
        return 1;
    }

    @Override
    public String title() {
        return "What adaptive guidance saves";
    }

    @Override
    public String question() {
        return "How alike is the picture to that of full CFG, from the same noise, for the evaluations spent: with adaptive guidance, and with simpler ways of saving?";
    }

    @Override
    public String expected() {
        return "Adaptive guidance lies above CFG with fewer steps and above guidance that comes late; about a quarter of the evaluations is saved with little loss.";
    }

    @Override
    public Finding run(Lab lab) {
        Scope scope = lab.scope();
        int steps = scope.steps();
        String cfg = scope.cfg().text();
        List<Picture> full = lab.pictures(scope.cfg());
        Lab separate = lab.with(scope.withSeeds(CALIBRATION_SEED, 2));
        List<Point> points = new ArrayList<>();
        for (double fraction : new double[] {0.4, 0.5, 0.6, 0.7}) {
            AgCalibration calibration = AgCalibration.of(separate, "x0", fraction);
            points.add(point(lab, full, "adaptive", "AG calibrated to " + Numbers.percent(fraction), scope.policy(calibration.policy())));
        }
        for (double share : new double[] {0.25, 0.4, 0.6}) {
            points.add(point(lab, full, "first steps only", "CFG for the first " + Numbers.percent(share), scope.policy("step_ag(fraction=" + share + ") + " + cfg)));
        }
        for (double share : new double[] {0.5, 0.7}) {
            String from = Numbers.plain(1 - share);
            points.add(point(lab, full, "last steps only", "CFG for the last " + Numbers.percent(share), scope.policy("window(from=" + from + ",to=1) + " + cfg)));
        }
        for (double share : new double[] {0.4, 0.7}) {
            int fewer = (int) Math.round(share * steps);
            points.add(point(lab, full, "fewer CFG steps", fewer + " CFG steps", scope.cfg().withSteps(fewer)));
        }
        double whole = Spread.of(full, Picture::nfe).median();
        points.sort(Comparator.comparing(Point::family).thenComparingDouble(p -> p.nfe().median()));
        return new Finding(verdict(points, whole), words(points, whole), List.of(summary(points, whole), raw(points, full)), List.of(plot(points, whole), pictures(points, full, scope)));
    }

    private static Point point(Lab lab, List<Picture> full, String family, String name, Trial trial) {
        List<Picture> pictures = lab.pictures(trial);
        double[] similarities = IntStream.range(0, full.size()).mapToDouble(i -> Ssim.of(full.get(i).image(), pictures.get(i).image())).toArray();
        return new Point(family, name, Spread.of(pictures, Picture::nfe), Spread.of(similarities), pictures);
    }

    private static Verdict verdict(List<Point> points, double whole) {
        return Verdict.of(
                wins(points, "fewer CFG steps"),
                wins(points, "last steps only"),
                best(points, "adaptive").filter(p -> saved(p, whole) >= SAVING).isPresent());
    }

    /// Whether adaptive guidance is more alike than `rival` wherever their budgets overlap.
    private static boolean wins(List<Point> points, String rival) {
        List<Point> others = family(points, rival);
        return family(points, "adaptive").stream()
                .map(p -> p.similarity().median() - interpolate(others, p.nfe().median()))
                .filter(gain -> !Double.isNaN(gain))
                .reduce((a, b) -> Math.min(a, b))
                .filter(least -> least > 0)
                .isPresent();
    }

    private static double interpolate(List<Point> points, double nfe) {
        for (int i = 1; i < points.size(); i++) {
            double x0 = points.get(i - 1).nfe().median();
            double x1 = points.get(i).nfe().median();
            if (x0 <= nfe && nfe <= x1 && x1 > x0) {
                double t = (nfe - x0) / (x1 - x0);
                return (1 - t) * points.get(i - 1).similarity().median() + t * points.get(i).similarity().median();
            }
        }
        return Double.NaN;
    }

    /// The cheapest of a family that is alike enough.
    private static Optional<Point> best(List<Point> points, String family) {
        return family(points, family).stream().filter(p -> p.similarity().median() >= ALIKE).min(Comparator.comparingDouble(p -> p.nfe().median()));
    }

    private static double saved(Point point, double whole) {
        return 1 - point.nfe().median() / whole;
    }

    private static String words(List<Point> points, double whole) {
        StringBuilder out = new StringBuilder();
        out.append("Adaptive guidance is ").append(wins(points, "fewer CFG steps") ? "" : "not everywhere ").append("more like full CFG than fewer steps are at the same budget, and ");
        out.append(wins(points, "last steps only") ? "" : "not everywhere ").append("more than guidance in the last steps. ");
        out.append(best(points, "adaptive")
                .map(p -> String.format(Locale.ROOT, "At a median SSIM of at least %.2f it saves %s of the evaluations (%s: SSIM %s). ", ALIKE, Numbers.percent(saved(p, whole)), p.name(), p.similarity()))
                .orElseGet(() -> String.format(Locale.ROOT, "No setting that was tried reaches a median SSIM of %.2f. ", ALIKE)));
        Point near = family(points, "adaptive").stream().min(Comparator.comparingDouble(p -> Math.abs(saved(p, whole) - SAVING))).orElseThrow();
        out.append(String.format(Locale.ROOT, "The setting nearest to a saving of %s saves %s at SSIM %s.", Numbers.percent(SAVING), Numbers.percent(saved(near, whole)), near.similarity()));
        best(points, "first steps only").ifPresent(p -> out.append(String.format(
                Locale.ROOT, " For comparison, a fixed number of guided first steps reaches SSIM %s while saving %s.", p.similarity(), Numbers.percent(saved(p, whole)))));
        Point fewest = family(points, "fewer CFG steps").getFirst();
        if (fewest.similarity().median() >= ALIKE) {
            out.append(String.format(
                    Locale.ROOT,
                    " On this model the number of steps hardly matters: %s already reach SSIM %s, so that fewer steps are an easy way to the same picture, and hard to beat.",
                    fewest.name(), fewest.similarity()));
        }
        return out.toString();
    }

    private static List<Point> family(List<Point> points, String family) {
        return points.stream().filter(p -> p.family().equals(family)).toList();
    }

    private static Table summary(List<Point> points, double whole) {
        return new Table(
                "summary",
                true,
                List.of("way", "NFE, median", "saved", "SSIM to full CFG, median (middle half)"),
                points.stream().map(p -> List.of(p.name(), p.nfe().median(), Numbers.percent(saved(p, whole)), p.similarity().toString())).toList());
    }

    private static Table raw(List<Point> points, List<Picture> full) {
        List<List<?>> rows = new ArrayList<>();
        for (Point point : points) {
            for (int i = 0; i < full.size(); i++) {
                Picture picture = point.pictures().get(i);
                rows.add(List.of(point.name(), picture.prompt(), picture.seed(), picture.nfe(), Ssim.of(full.get(i).image(), picture.image())));
            }
        }
        return new Table("pictures", false, List.of("way", "prompt", "seed", "nfe", "ssim"), rows);
    }

    private static Figure plot(List<Point> points, double whole) {
        List<Plot.Series> series = new ArrayList<>();
        for (String family : FAMILIES) {
            List<Plot.Point> at = new ArrayList<>(family(points, family).stream().map(p -> p.similarity().at(p.nfe().median())).toList());
            at.add(new Plot.Point(whole, 1, 1, 1));
            series.add(new Plot.Series(family, Plot.Mark.LINE_AND_DOTS, at));
        }
        series.add(new Plot.Series("", Plot.Mark.REFERENCE, List.of(Plot.Point.at(points.stream().mapToDouble(p -> p.nfe().median()).min().orElse(0), ALIKE), Plot.Point.at(whole, ALIKE))));
        return new Figure(
                "similarity",
                "Similarity to full CFG against evaluations spent",
                new Plot(
                                "Similarity to full CFG against evaluations spent",
                                "Median of " + points.getFirst().pictures().size() + " pictures and the middle half of them; dashed: SSIM 0.95.",
                                PlotAxis.fitted("network evaluations per picture"),
                                PlotAxis.of("SSIM to the picture of full CFG from the same noise", Double.NaN, 1),
                                series)
                        .draw());
    }

    private static Figure pictures(List<Point> points, List<Picture> full, Scope scope) {
        int each = scope.seeds();
        List<Mosaic.Row> rows = new ArrayList<>();
        rows.add(new Mosaic.Row("full CFG", firsts(full, each)));
        for (String family : FAMILIES) {
            Point cheapest = family(points, family).getFirst();
            rows.add(new Mosaic.Row(cheapest.name() + ", NFE " + Numbers.brief(cheapest.nfe().median()), firsts(cheapest.pictures(), each)));
        }
        return new Figure("pictures", "The cheapest setting of each kind, first seed of each prompt", new Mosaic(scope.prompts(), rows).draw());
    }

    /// The first seed of every prompt.
    static List<Rgb> firsts(List<Picture> pictures, int each) {
        return IntStream.iterate(0, i -> i < pictures.size(), i -> i + each).mapToObj(i -> pictures.get(i).image()).toList();
    }
}
