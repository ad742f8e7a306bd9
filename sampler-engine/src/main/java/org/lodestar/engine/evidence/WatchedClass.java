package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.lodestar.engine.analytic.Mixture;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Consultation;

/// What a classifier that watches does, on a plane where the truth is known: four classes that overlap, a model that is exact for each, and a classifier that is their exact posterior.
/// Accuracy is the share of points that the classifier takes for the class that was asked; variety the mean distance between two points.
final class WatchedClass implements Experiment {
    private static final int STEPS = 40;
    private static final int POINTS = 1000;
    private static final int REPEATS = 3;
    private static final double WIDTH = 0.7;
    private static final List<String> LABELS = List.of("cat", "dog", "ship", "tree");
    private static final List<List<Double>> CENTRES = List.of(List.of(1.0, 1.0), List.of(-1.0, 1.0), List.of(1.0, -1.0), List.of(-1.0, -1.0));
    private static final List<Double> WEIGHTS = List.of(1.25, 1.5, 2.0, 3.0);
    private static final List<Double> WATCHED = List.of(1.5, 2.0, 2.5, 3.0, 4.0, 6.0);

    private final int points;
    private final int repeats;

    WatchedClass() {
        this(POINTS, REPEATS);
    }

    /// @param points  per way and repeat
    /// @param repeats of everything with other seeds
    WatchedClass(int points, int repeats) {
        this.points = points;
        this.repeats = repeats;
    }

    private record Way(String name, String policy, Spread accuracy, Spread variety, List<Plane.Sample> example) {
        /// Whether this is as accurate as `other`, with more variety.
        boolean beats(Way other) {
            return accuracy.median() >= other.accuracy.median() && variety.median() > other.variety.median();
        }
    }

    @Override
    public int number() {
        return 7;
    }

    @Override
    public String title() {
        return "A classifier that watches, on a plane";
    }

    @Override
    public String question() {
        return "Four classes overlap, and a classifier without gradient sees every estimate. How many points are taken for the class that was asked, and how far apart do they lie, without guidance, under CFG, and"
                + " under gradient-free classifier guidance? (No neural network takes part; the method's formulas are rebuilt from its abstract.)";
    }

    @Override
    public String expected() {
        return "Both raise the accuracy and cost variety; at the accuracy of CFG the watched points have more variety.";
    }

    @Override
    public Finding run(Lab lab) {
        return run();
    }

    Finding run() {
        Plane plane = new Plane(distributions(), "dpmpp_2m", STEPS, new Posterior(), "a " + LABELS.getFirst());
        Way plain = way(plane, "no guidance", "cfg(w=1)");
        List<Way> cfg = WEIGHTS.stream().map(w -> way(plane, "CFG " + Numbers.plain(w), "cfg(w=" + Numbers.plain(w) + ")")).toList();
        List<Way> watched = WATCHED.stream().map(w -> way(plane, "GFCG " + Numbers.plain(w), "gfcg(w=" + Numbers.plain(w) + ",from=0) + cfg(w=1)")).toList();
        List<Way> matched = cfg.stream().filter(way -> watched.stream().anyMatch(other -> other.beats(way))).toList();
        List<Way> ways = new ArrayList<>(List.of(plain));
        ways.addAll(cfg);
        ways.addAll(watched);
        List<List<?>> rows = new ArrayList<>();
        ways.forEach(way -> rows.add(List.of(way.name, "`" + way.policy + "`", way.accuracy.toString(), way.variety.toString())));
        return new Finding(
                verdict(plain, cfg, watched, matched.size()),
                words(plain, cfg, watched, matched),
                List.of(new Table("summary", true, List.of("way", "policy", "accuracy, median (middle half)", "variety, median (middle half)"), rows)),
                List.of(trade(plain, cfg, watched), scatter("unguided", plain), scatter("cfg", cfg.get(2)), scatter("watched", watched.get(3))));
    }

    private static Verdict verdict(Way plain, List<Way> cfg, List<Way> watched, int matched) {
        return Verdict.of(
                watched.getLast().accuracy.median() > plain.accuracy.median(), watched.getLast().variety.median() < plain.variety.median(), matched > 0, matched == cfg.size());
    }

    private static String words(Way plain, List<Way> cfg, List<Way> watched, List<Way> matched) {
        List<String> beaten = matched.stream().map(Way::name).toList();
        return "Without guidance " + of(plain) + "; " + of(cfg.get(2)) + " under " + cfg.get(2).name + ", " + of(watched.get(3)) + " under " + watched.get(3).name + ". "
                + (beaten.isEmpty() ? "No setting of GFCG is as accurate as one of CFG with more variety." : "As accurate as " + String.join(", ", beaten) + " with more variety is at least one of the settings of GFCG.")
                + (matched.size() == cfg.size() || beaten.isEmpty() ? "" : " For the other weights of CFG there is none among those tried.");
    }

    private static String of(Way way) {
        return Numbers.percent(way.accuracy.median()) + " accuracy at a mean distance of " + Numbers.brief(way.variety.median());
    }

    private Way way(Plane plane, String name, String policy) {
        List<List<Plane.Sample>> drawn = IntStream.range(0, repeats).mapToObj(i -> plane.draw(policy, 1, points, 1 + 100_000L * i)).toList();
        return new Way(name, policy, Spread.of(drawn, WatchedClass::accuracy), Spread.of(drawn, WatchedClass::variety), drawn.getFirst());
    }

    private static double accuracy(List<Plane.Sample> samples) {
        return samples.stream().filter(s -> CENTRES.stream().allMatch(centre -> logit(s.x(), s.y(), centre) <= logit(s.x(), s.y(), CENTRES.getFirst()))).mapToDouble(Plane.Sample::weight).sum();
    }

    private static double variety(List<Plane.Sample> samples) {
        double sum = 0;
        for (int i = 0; i < samples.size(); i++) {
            for (int j = 0; j < i; j++) {
                sum += Math.hypot(samples.get(i).x() - samples.get(j).x(), samples.get(i).y() - samples.get(j).y());
            }
        }
        return sum / (samples.size() * (samples.size() - 1) / 2.0);
    }

    /// The log density of a class, up to what all share.
    private static double logit(double x, double y, List<Double> centre) {
        double dx = x - centre.getFirst();
        double dy = y - centre.getLast();
        return -(dx * dx + dy * dy) / (2 * WIDTH * WIDTH);
    }

    private static Map<String, Mixture> distributions() {
        Map<String, Mixture> all = new HashMap<>();
        List<Mixture.Component> components = CENTRES.stream().map(centre -> new Mixture.Component(1, centre, WIDTH)).toList();
        IntStream.range(0, LABELS.size()).forEach(k -> all.put("a " + LABELS.get(k), new Mixture(List.of(components.get(k)))));
        all.put("cond", new Mixture(List.of(components.getFirst())));
        all.put("uncond", new Mixture(components));
        return all;
    }

    /// The exact classifier.
    private record Posterior() implements Adviser {
        @Override
        public Set<Consultation.Kind> kinds() {
            return Set.of(Consultation.Kind.CLASSES);
        }

        @Override
        public List<String> labels() {
            return LABELS;
        }

        @Override
        public Advice answer(Consultation question, CancelToken cancel) {
            return question instanceof Consultation.Classes(var seen)
                    ? new Advice.Classes(CENTRES.stream().map(centre -> logit(seen.at(0), seen.at(1), centre)).toList())
                    : Adviser.NONE.answer(question, cancel);
        }
    }

    private static Figure trade(Way plain, List<Way> cfg, List<Way> watched) {
        return new Figure(
                "trade",
                "Accuracy against variety",
                new Plot(
                                "Accuracy against variety",
                                "Medians of the repeats, from no guidance at the right to the greatest strength; higher and farther right is better.",
                                PlotAxis.fitted("mean distance between two points"),
                                PlotAxis.fitted("share taken for the class"),
                                List.of(curve("CFG", plain, cfg), curve("GFCG", plain, watched)))
                        .draw());
    }

    private static Plot.Series curve(String name, Way plain, List<Way> ways) {
        List<Plot.Point> points = new ArrayList<>(List.of(point(plain)));
        ways.forEach(way -> points.add(point(way)));
        return new Plot.Series(name, Plot.Mark.LINE_AND_DOTS, points);
    }

    private static Plot.Point point(Way way) {
        return Plot.Point.at(way.variety.median(), way.accuracy.median());
    }

    private static Figure scatter(String name, Way way) {
        return new Figure(
                name,
                "Points under " + way.name,
                new Plot(
                                "Points of one class: " + way.name,
                                of(way) + ".",
                                PlotAxis.of("", -3, 4),
                                PlotAxis.of("", -3, 4),
                                List.of(
                                        new Plot.Series("drawn", Plot.Mark.DOTS, way.example.stream().limit(600).map(s -> Plot.Point.at(s.x(), s.y())).toList()),
                                        new Plot.Series("centres of the classes", Plot.Mark.DOTS, CENTRES.stream().map(c -> Plot.Point.at(c.getFirst(), c.getLast())).toList())))
                        .draw());
    }
}
