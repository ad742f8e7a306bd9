package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lodestar.engine.analytic.Mixture;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;

/// What guidance by a weaker model does, on a plane where the truth is known: two branching classes, a model that has learnt them a little blurred, and a weaker one that has learnt them more
/// blurred. Outliers are points where the class has none; coverage is how many places of the class are still visited.
final class WeakGuide implements Experiment {
    private static final int STEPS = 40;
    private static final int POINTS = 1000;
    private static final int REPEATS = 3;
    private static final double TRUE_WIDTH = 0.05;
    private static final double MODEL_BLUR = 0.1;
    private static final double WEAK_BLUR = 0.25;
    private static final List<Double> WEIGHTS = List.of(1.5, 2.0, 3.0);

    private final int points;
    private final int repeats;

    WeakGuide() {
        this(POINTS, REPEATS);
    }

    WeakGuide(int points, int repeats) {
        this.points = points;
        this.repeats = repeats;
    }

    /// @param outliers share of points farther than 3 true widths from every place of the class
    /// @param coverage share of the class's places that get at least half of their due
    private record Way(String name, String policy, Spread outliers, Spread coverage, List<Plane.Sample> example) {}

    @Override
    public int number() {
        return 8;
    }

    @Override
    public String title() {
        return "Guidance by a weaker model, on a plane";
    }

    @Override
    public String question() {
        return "A model has learnt two branching classes a little blurred, a weaker one more so. How many points of one class are outliers, and how much of the class is still visited, without guidance,"
                + " under CFG, and under autoguidance? (No neural network takes part.)";
    }

    @Override
    public String expected() {
        return "Autoguidance removes outliers and keeps the coverage; CFG removes them at the price of coverage.";
    }

    @Override
    public Finding run(Lab lab) {
        return run();
    }

    Finding run() {
        List<Place> places = tree();
        Mixture one = blurred(places, MODEL_BLUR);
        Mixture both = new Mixture(Stream.concat(one.components().stream(), blurred(mirrored(places), MODEL_BLUR).components().stream()).toList());
        Plane plane = new Plane(Map.of("cond", one, "uncond", both, "weak", blurred(places, WEAK_BLUR)), "dpmpp_2m", STEPS);
        List<Way> ways = new ArrayList<>();
        ways.add(way(plane, places, "no guidance", "cfg(w=1)"));
        for (double w : WEIGHTS) {
            ways.add(way(plane, places, "CFG " + Numbers.plain(w), "cfg(w=" + Numbers.plain(w) + ")"));
        }
        for (double w : WEIGHTS) {
            ways.add(way(plane, places, "autoguidance " + Numbers.plain(w), "autoguidance(share=1) + cfg(w=" + Numbers.plain(w) + ")"));
        }
        Way plain = ways.getFirst();
        Way cfg = ways.get(2);
        Way guided = ways.get(2 + WEIGHTS.size());
        String words = "At weight 2 autoguidance has " + Numbers.percent(guided.outliers().median()) + " outliers (no guidance: " + Numbers.percent(plain.outliers().median()) + ", CFG: "
                + Numbers.percent(cfg.outliers().median()) + ") and visits " + Numbers.percent(guided.coverage().median()) + " of the places of the class (no guidance: "
                + Numbers.percent(plain.coverage().median()) + ", CFG: " + Numbers.percent(cfg.coverage().median()) + ").";
        List<List<?>> rows = new ArrayList<>();
        ways.forEach(way -> rows.add(List.of(way.name, "`" + way.policy + "`", way.outliers.toString(), way.coverage.toString())));
        return new Finding(
                Verdict.of(
                        guided.outliers().median() < plain.outliers().median(),
                        guided.coverage().median() >= plain.coverage().median() - 0.05,
                        guided.coverage().median() > cfg.coverage().median()),
                words,
                List.of(new Table("summary", true, List.of("way", "policy", "outliers, median (middle half)", "coverage, median (middle half)"), rows)),
                List.of(scatter("unguided", plain), scatter("cfg", cfg), scatter("autoguided", guided)));
    }

    private Way way(Plane plane, List<Place> places, String name, String policy) {
        List<List<Plane.Sample>> drawn = Stream.iterate(0, i -> i + 1).limit(repeats).map(i -> plane.draw(policy, 1, points, 1 + 100_000L * i)).toList();
        return new Way(name, policy, Spread.of(drawn, d -> outliers(d, places)), Spread.of(drawn, d -> coverage(d, places)), drawn.getFirst());
    }

    private record Place(double x, double y) {
        double distance(Plane.Sample sample) {
            return Math.hypot(x - sample.x(), y - sample.y());
        }
    }

    private static double outliers(List<Plane.Sample> samples, List<Place> places) {
        return samples.stream().filter(s -> places.stream().mapToDouble(p -> p.distance(s)).min().orElseThrow() > 3 * TRUE_WIDTH).mapToDouble(Plane.Sample::weight).sum();
    }

    private static double coverage(List<Plane.Sample> samples, List<Place> places) {
        double[] visits = new double[places.size()];
        for (Plane.Sample sample : samples) {
            int nearest = 0;
            for (int i = 1; i < visits.length; i++) {
                nearest = places.get(i).distance(sample) < places.get(nearest).distance(sample) ? i : nearest;
            }
            visits[nearest] += sample.weight();
        }
        int visited = 0;
        for (double visit : visits) {
            visited += visit >= 0.5 / visits.length ? 1 : 0;
        }
        return (double) visited / visits.length;
    }

    /// A trunk that splits three times, places at equal distances along it.
    private static List<Place> tree() {
        List<Place> places = new ArrayList<>();
        grow(places, 0.25, -1.6, 1.35, 1.1, 0);
        return places;
    }

    private static void grow(List<Place> places, double x, double y, double direction, double length, int depth) {
        int count = Math.max(2, (int) Math.round(length / 0.2));
        for (int i = 1; i <= count; i++) {
            places.add(new Place(x + length * i / count * Math.cos(direction), y + length * i / count * Math.sin(direction)));
        }
        if (depth < 3) {
            double endX = x + length * Math.cos(direction);
            double endY = y + length * Math.sin(direction);
            grow(places, endX, endY, direction + 0.55, length * 0.75, depth + 1);
            grow(places, endX, endY, direction - 0.75, length * 0.7, depth + 1);
        }
    }

    /// The other class: it grows from the same ground to the other side.
    private static List<Place> mirrored(List<Place> places) {
        return places.stream().map(p -> new Place(-p.x(), p.y())).toList();
    }

    private static Mixture blurred(List<Place> places, double blur) {
        double width = Math.hypot(TRUE_WIDTH, blur);
        return new Mixture(places.stream().map(p -> new Mixture.Component(1, List.of(p.x(), p.y()), width)).toList());
    }

    private static Figure scatter(String name, Way way) {
        List<Place> places = tree();
        return new Figure(
                name,
                "Points under " + way.name(),
                new Plot(
                                "Points of one class: " + way.name(),
                                Numbers.percent(way.outliers().median()) + " outliers, " + Numbers.percent(way.coverage().median()) + " of the places visited.",
                                PlotAxis.of("", -2.5, 2.5),
                                PlotAxis.of("", -2, 2),
                                List.of(
                                        new Plot.Series("drawn", Plot.Mark.DOTS, way.example().stream().limit(600).map(s -> Plot.Point.at(s.x(), s.y())).toList()),
                                        new Plot.Series("places of the class", Plot.Mark.DOTS, places.stream().map(p -> Plot.Point.at(p.x(), p.y())).toList())))
                        .draw());
    }
}
