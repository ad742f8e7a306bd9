package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;

/// Where a search puts guidance if it may spend three quarters of what CFG spends.
final class SearchedPolicy implements Experiment {
    private static final int STEPS = 10;
    private static final int CAP = 15;
    private static final TableCalibration.Effort EFFORT = new TableCalibration.Effort(List.of(0.0, 1.5), 4, 8);

    private final int steps;
    private final int cap;
    private final TableCalibration.Effort effort;

    SearchedPolicy() {
        this(STEPS, CAP, EFFORT);
    }

    SearchedPolicy(int steps, int cap, TableCalibration.Effort effort) {
        this.steps = steps;
        this.cap = cap;
        this.effort = effort;
    }

    @Override
    public int number() {
        return 4;
    }

    @Override
    public String title() {
        return "Where a search puts guidance";
    }

    @Override
    public String question() {
        return "With " + cap + " evaluations for " + steps + " steps, which weights (none, the plain prompt, CFG, stronger CFG) at which steps keep the picture nearest to full CFG from the same noise?";
    }

    @Override
    public String expected() {
        return "CFG is kept early and the plain prompt late; the search beats guiding the first steps only, and CFG with fewer steps.";
    }

    @Override
    public Finding run(Lab whole) {
        Lab lab = whole.with(whole.scope().withSeeds(whole.scope().seed(), 1).withSteps(steps));
        TableCalibration found = TableCalibration.of(lab, cap, effort, null);
        List<Double> weights = found.found().weights();
        double guided = mean(weights, true);
        double plain = mean(weights, false);
        String words = "Found: `" + found.policy() + "`, " + found.found().nfe() + " evaluations, relative squared distance to full CFG " + Numbers.brief(found.found().loss()) + " (coordinate descent alone "
                + Numbers.brief(found.descended().loss()) + "; guiding the first steps only " + Numbers.brief(found.guided().loss()) + "; CFG in " + cap / 2 + " steps " + Numbers.brief(found.fewer())
                + "). Guided steps lie at step " + Numbers.brief(guided) + " on average, the others at " + Numbers.brief(plain) + ". One seed per prompt, and found on the pictures it is judged by.";
        List<List<?>> rows = List.of(
                row("searched: descent and evolution", found.found().weights(), found.found().nfe(), found.found().loss()),
                row("coordinate descent", found.descended().weights(), found.descended().nfe(), found.descended().loss()),
                row("first steps guided", found.guided().weights(), found.guided().nfe(), found.guided().loss()),
                List.of("CFG in " + cap / 2 + " steps", "", cap / 2 * 2, found.fewer()));
        return new Finding(
                Verdict.of(guided < plain, found.found().loss() < found.guided().loss(), found.found().loss() < found.fewer()),
                words,
                List.of(new Table("policies", true, List.of("policy", "weights", "NFE", "relative squared distance to full CFG"), rows)),
                List.of(figure(found)));
    }

    private static List<?> row(String name, List<Double> weights, int nfe, double distance) {
        List<String> words = new ArrayList<>();
        weights.forEach(w -> words.add(Numbers.plain(w)));
        return List.of(name, String.join(" ", words), nfe, distance);
    }

    /// The mean step, from 1, of those that are guided or of the others.
    private static double mean(List<Double> weights, boolean guided) {
        return IntStream.range(0, weights.size()).filter(i -> weights.get(i) > 1 == guided).map(i -> i + 1).average().orElse(Double.NaN);
    }

    private static Figure figure(TableCalibration found) {
        return new Figure(
                "weights",
                "Weights of the searched policy, step by step",
                new Plot(
                                "Where the search puts guidance",
                                "Weight at each step: 1 is the plain prompt, 0 no prompt; both cost one evaluation instead of two.",
                                PlotAxis.of("step", 1, Double.NaN),
                                PlotAxis.of("guidance weight", 0, Double.NaN),
                                List.of(series("searched", found.found().weights()), series("first steps guided", found.guided().weights())))
                        .draw());
    }

    private static Plot.Series series(String name, List<Double> weights) {
        return new Plot.Series(name, Plot.Mark.LINE_AND_DOTS, IntStream.range(0, weights.size()).mapToObj(i -> Plot.Point.at(i + 1, weights.get(i))).toList());
    }
}
