package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.lodestar.engine.analytic.Mixture;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;

/// Whether the particles of the Feynman-Kac corrector reach the distribution that guidance means, `q_u^(1-w) q_c^w`, where CFG alone does not: on mixtures whose densities are known.
final class ParticleAccuracy implements Experiment {
    private static final double W = 3;
    private static final int STEPS = 120;
    private static final int POINTS = 1024;
    private static final int REPEATS = 5;
    private static final List<Integer> SIZES = List.of(1, 8, 64, 512);
    private static final String POLICY = "fkc(w=" + Numbers.plain(W) + ",ess=0.5,clamp=0,temper=1)";
    private static final Mixture PROMPT = new Mixture(List.of(
            new Mixture.Component(0.5, List.of(-1.2, 0.6), 0.5), new Mixture.Component(0.35, List.of(1.3, -0.4), 0.45), new Mixture.Component(0.15, List.of(0.4, 1.6), 0.4)));
    private static final Mixture ANYTHING = new Mixture(List.of(
            new Mixture.Component(0.4, List.of(-1.4, 0.0), 0.8), new Mixture.Component(0.4, List.of(1.4, 0.0), 0.7), new Mixture.Component(0.2, List.of(0.0, 1.2), 1.1)));

    /// The square of cells over which densities are compared.
    private static final int CELLS = 10;
    private static final double EDGE = 3.5;

    private final int points;
    private final int repeats;
    private final List<Integer> sizes;

    ParticleAccuracy() {
        this(POINTS, REPEATS, SIZES);
    }

    /// @param points  per distribution that is compared
    /// @param repeats of everything with other seeds
    /// @param sizes   numbers of particles, the first one 1
    ParticleAccuracy(int points, int repeats, List<Integer> sizes) {
        this.points = points;
        this.repeats = repeats;
        this.sizes = List.copyOf(sizes);
    }

    @Override
    public int number() {
        return 9;
    }

    @Override
    public String title() {
        return "Particles against what guidance means";
    }

    @Override
    public String question() {
        return "How far from q_u^(1-w) q_c^w, the distribution that a guidance weight w stands for, are the points that the Feynman-Kac corrector draws with K particles?"
                + " (Two-dimensional mixtures with known densities; no model takes part.)";
    }

    @Override
    public String expected() {
        return "The divergence falls with K; K = 1 is CFG with a stochastic sampler.";
    }

    @Override
    public Finding run(Lab lab) {
        return run();
    }

    Finding run() {
        double[] target = target();
        Plane plane = new Plane(Map.of("cond", PROMPT, "uncond", ANYTHING), "dpmpp_2m_sde", STEPS);
        Map<Integer, List<Double>> divergences = new LinkedHashMap<>();
        List<List<?>> raw = new ArrayList<>();
        for (int size : sizes) {
            List<Double> each = IntStream.range(0, repeats)
                    .mapToObj(repeat -> divergence(histogram(plane.draw(POLICY, Math.max(1, points / size), size, 1 + 100_000L * repeat)), target))
                    .toList();
            divergences.put(size, each);
            IntStream.range(0, repeats).forEach(repeat -> raw.add(List.of(size, repeat + 1, each.get(repeat))));
        }
        Spread floor = Spread.of(IntStream.range(0, repeats).mapToDouble(repeat -> divergence(exact(target, repeat), target)).toArray());
        List<Spread> spreads = sizes.stream().map(size -> Spread.of(divergences.getOrDefault(size, List.of()), d -> d)).toList();
        boolean falls = IntStream.range(1, spreads.size()).allMatch(i -> spreads.get(i).median() < spreads.getFirst().median());
        boolean nearer = spreads.getLast().median() - floor.median() < (spreads.getFirst().median() - floor.median()) / 2;
        String words = "The median divergence KL(points || target) over " + repeats + " repeats of " + points + " points goes from " + Numbers.brief(spreads.getFirst().median()) + " with one particle to "
                + Numbers.brief(spreads.getLast().median()) + " with " + sizes.getLast() + "; so many points drawn from the target itself have " + Numbers.brief(floor.median())
                + ", which is as near as their number allows. Most of the way is made by the first few particles; beyond them it is the chance of fewer independent ancestors that"
                + " keeps the points from the target's own figure.";
        List<List<?>> rows = new ArrayList<>();
        IntStream.range(0, sizes.size()).forEach(i -> rows.add(List.of(sizes.get(i), spreads.get(i).toString())));
        rows.add(List.of("target itself", floor.toString()));
        return new Finding(
                Verdict.of(falls, nearer),
                words,
                List.of(new Table("summary", true, List.of("particles K", "KL(points || target), median (middle half)"), rows), new Table("repeats", false, List.of("particles", "repeat", "kl"), raw)),
                List.of(curve(spreads, floor)));
    }

    private Figure curve(List<Spread> spreads, Spread floor) {
        List<Plot.Point> points = IntStream.range(0, sizes.size()).mapToObj(i -> spreads.get(i).at(sizes.get(i))).toList();
        return new Figure(
                "divergence",
                "Divergence from what guidance means against the number of particles",
                new Plot(
                                "How far the points are from what guidance means",
                                "Median and middle half of the repeats; dashed: points drawn from the target itself.",
                                PlotAxis.logarithmic("particles K"),
                                PlotAxis.of("KL(points || target)", 0, Double.NaN),
                                List.of(
                                        new Plot.Series("Feynman-Kac corrector, w = " + Numbers.plain(W), Plot.Mark.LINE_AND_DOTS, points),
                                        new Plot.Series(
                                                "", Plot.Mark.REFERENCE, List.of(Plot.Point.at(sizes.getFirst(), floor.median()), Plot.Point.at(sizes.getLast(), floor.median())))))
                        .draw());
    }

    /// The mass of `q_u^(1-w) q_c^w` in every cell, from 4 points in each.
    private static double[] target() {
        double[] mass = new double[CELLS * CELLS];
        double width = 2 * EDGE / CELLS;
        for (int cell = 0; cell < mass.length; cell++) {
            for (int sub = 0; sub < 4; sub++) {
                int column = cell % CELLS * 2 + sub % 2;
                int row = cell / CELLS * 2 + sub / 2;
                double[] at = {-EDGE + (column / 2.0 + 0.25) * width, -EDGE + (row / 2.0 + 0.25) * width};
                mass[cell] += StrictMath.exp((1 - W) * ANYTHING.logDensity(at, 1, 0) + W * PROMPT.logDensity(at, 1, 0));
            }
        }
        double sum = IntStream.range(0, mass.length).mapToDouble(i -> mass[i]).sum();
        IntStream.range(0, mass.length).forEach(i -> mass[i] /= sum);
        return mass;
    }

    /// Points outside count in the cell nearest to them.
    private static double[] histogram(List<Plane.Sample> samples) {
        double[] mass = new double[CELLS * CELLS];
        samples.forEach(s -> mass[cell(s.y()) * CELLS + cell(s.x())] += s.weight());
        return mass;
    }

    private static int cell(double at) {
        return Math.clamp((int) Math.floor((at + EDGE) / (2 * EDGE) * CELLS), 0, CELLS - 1);
    }

    private double[] exact(double[] target, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] mass = new double[target.length];
        for (int i = 0; i < points; i++) {
            double u = random.nextDouble();
            int cell = 0;
            while (cell < target.length - 1 && u >= target[cell]) {
                u -= target[cell++];
            }
            mass[cell] += 1.0 / points;
        }
        return mass;
    }

    /// `KL(p || q) = sum p ln(p/q)`; cells where q has next to nothing count as 1e-9.
    private static double divergence(double[] p, double[] q) {
        return IntStream.range(0, p.length).filter(i -> p[i] > 0).mapToDouble(i -> p[i] * Math.log(p[i] / Math.max(q[i], 1e-9))).sum();
    }
}
