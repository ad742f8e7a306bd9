package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.ScoreDifferences;
import org.lodestar.engine.run.StepRecord;

/// Whether the score differences of the first steps foretell how well the finished picture fits its words, which is what [Scout] builds on.
final class PromisingSeeds implements Experiment {
    /// Steps to look at, as shares of the run.
    private static final List<Double> SHARES = List.of(0.1, 0.25, 0.5, 0.75);
    /// Where a model begins with pure noise its first step tells nothing.
    private static final int LEAST_LOOK = 2;
    private static final int LEAST_SEEDS = 4;

    /// One seed of one prompt.
    ///
    /// @param sums after 1, 2, ... steps
    /// @param fit  cosine of the finished picture with its prompt
    private record Seed(long seed, Rgb image, List<Double> sums, double fit) {

        double sum(int steps) {
            return sums.get(steps - 1);
        }
    }

    /// What a look of some steps tells of one prompt's seeds.
    ///
    /// @param correlation of sum and fit (Spearman)
    /// @param all         mean fit of all seeds
    /// @param first       mean fit of the quarter with the greatest sums
    /// @param last        mean fit of the quarter with the least
    /// @param best        mean fit of the quarter that the scorer itself would choose
    private record Told(double correlation, double all, double first, double last, double best) {}

    @Override
    public int number() {
        return 17;
    }

    @Override
    public String title() {
        return "Do the first steps tell which seeds are promising?";
    }

    @Override
    public String question() {
        return "Does the sum of |n_c - n_r| over the first steps of a CFG run rank the seeds of a prompt as the model's scorer ranks their finished pictures?";
    }

    @Override
    public String expected() {
        return "Pictures of seeds with a greater sum fit their words better (CFG-Rejection).";
    }

    @Override
    public Finding run(Lab lab) {
        require(lab);
        Scope scope = lab.scope();
        List<List<Seed>> byPrompt = scope.prompts().stream().map(prompt -> seeds(lab, prompt)).toList();
        List<Integer> looks = SHARES.stream().map(share -> Math.clamp(Math.round(share * scope.steps()), Math.min(LEAST_LOOK, scope.steps() - 1), scope.steps() - 1)).distinct().toList();
        // Under no relation Spearman's coefficient of n seeds has the variance 1/(n-1); beyond two deviations of the mean over the prompts it is not taken for chance.
        double chance = 2 / Math.sqrt((scope.seeds() - 1) * (double) scope.prompts().size());
        List<Boolean> holds = new ArrayList<>();
        List<List<?>> rows = new ArrayList<>();
        StringBuilder words = new StringBuilder("Mean rank correlation (Spearman) within a prompt: ");
        for (int look : looks) {
            List<Told> told = byPrompt.stream().map(seeds -> told(seeds, look)).toList();
            double correlation = mean(told, Told::correlation);
            double gain = mean(told, Told::first) - mean(told, Told::all);
            holds.add(correlation > chance && gain > 0);
            words.append(holds.size() == 1 ? "" : ", ").append(Numbers.brief(correlation)).append(" after ").append(look).append(look == 1 ? " step" : " steps");
            rows.add(List.of(
                    look, Spread.of(told, Told::correlation).toString(), correlation, mean(told, Told::all), mean(told, Told::first), mean(told, Told::last), mean(told, Told::best)));
        }
        words.append("; with ").append(scope.prompts().size()).append(" prompts of ").append(scope.seeds()).append(" seeds, chance alone stays between -").append(Numbers.brief(chance)).append(" and ")
                .append(Numbers.brief(chance)).append(" nineteen times in twenty. A look counts as telling if its correlation is above that and its best quarter fits better than all. The scorer is the model's own companion.");
        return new Finding(
                Verdict.of(holds),
                words.toString(),
                List.of(
                        new Table(
                                "summary",
                                true,
                                List.of("steps looked at", "rank correlation, median (middle half) of the prompts", "mean", "fit of all", "of the quarter with the greatest sums", "of the quarter with the least", "of the quarter the scorer would choose"),
                                rows),
                        raw(scope, byPrompt)),
                List.of(curve(scope, byPrompt, chance), cloud(scope, byPrompt, looks.get(looks.size() / 2)), pictures(scope, byPrompt, looks.get(looks.size() / 2))));
    }

    private static void require(Lab lab) {
        if (!lab.model().abilities().consultations().contains(Consultation.Kind.LIKENESS)) {
            throw new EngineException.InvalidInput("model", "a model with an " + Consultation.Kind.LIKENESS.title(), "a model without one", "Choose another model");
        }
        if (lab.scope().seeds() < LEAST_SEEDS) {
            throw new EngineException.InvalidInput("seeds", "at least " + LEAST_SEEDS + " per prompt to rank", String.valueOf(lab.scope().seeds()), "16 is a good start");
        }
    }

    private static List<Seed> seeds(Lab lab, String prompt) {
        RunHandle run = lab.run(prompt, lab.scope().cfg());
        return run.pictures().stream()
                .map(finished -> {
                    List<StepRecord> steps = run.steps(0, finished.sample());
                    List<Double> sums = IntStream.rangeClosed(1, steps.size()).mapToObj(k -> ScoreDifferences.sum(steps.subList(0, k))).toList();
                    return new Seed(finished.record().seed(), finished.image(), sums, finished.record().readings().getOrDefault(RunRecord.LIKENESS, Double.NaN));
                })
                .toList();
    }

    private static Told told(List<Seed> seeds, int look) {
        int quarter = seeds.size() / 4;
        List<Seed> bySum = ranked(seeds, seed -> seed.sum(look));
        return new Told(
                correlation(seeds, look),
                fit(seeds),
                fit(bySum.subList(0, quarter)),
                fit(bySum.subList(seeds.size() - quarter, seeds.size())),
                fit(ranked(seeds, Seed::fit).subList(0, quarter)));
    }

    private static double correlation(List<Seed> seeds, int look) {
        return EffectiveWeights.rankCorrelation(seeds.stream().mapToDouble(seed -> seed.sum(look)).toArray(), seeds.stream().mapToDouble(Seed::fit).toArray());
    }

    private static List<Seed> ranked(List<Seed> seeds, ToDoubleFunction<Seed> quantity) {
        return seeds.stream().sorted(Comparator.comparingDouble(quantity).reversed()).toList();
    }

    private static double fit(List<Seed> seeds) {
        return seeds.stream().mapToDouble(Seed::fit).average().orElse(Double.NaN);
    }

    private static double mean(List<Told> told, ToDoubleFunction<Told> quantity) {
        return told.stream().mapToDouble(quantity).average().orElse(Double.NaN);
    }

    private static Table raw(Scope scope, List<List<Seed>> byPrompt) {
        List<List<?>> rows = new ArrayList<>();
        for (int p = 0; p < byPrompt.size(); p++) {
            for (Seed seed : byPrompt.get(p)) {
                for (int look = 1; look <= seed.sums().size(); look++) {
                    rows.add(List.of(scope.prompts().get(p), seed.seed(), look, seed.sum(look), seed.fit()));
                }
            }
        }
        return new Table("seeds", false, List.of("prompt", "seed", "steps", "sum", "fit"), rows);
    }

    private static Figure curve(Scope scope, List<List<Seed>> byPrompt, double chance) {
        List<Plot.Point> points = IntStream.rangeClosed(1, scope.steps())
                .mapToObj(look -> Spread.of(byPrompt, seeds -> correlation(seeds, look)).at(look))
                .toList();
        List<Plot.Point> means = IntStream.rangeClosed(1, scope.steps())
                .mapToObj(look -> Plot.Point.at(look, byPrompt.stream().mapToDouble(seeds -> correlation(seeds, look)).average().orElse(Double.NaN)))
                .toList();
        return new Figure(
                "correlation",
                "Rank correlation of sum and fit against the steps looked at",
                new Plot(
                                "What the first steps tell of the fit to the words",
                                "Dashed: how far the mean strays by chance, nineteen times in twenty.",
                                PlotAxis.of("steps looked at", 1, Double.NaN),
                                PlotAxis.of("rank correlation (Spearman)", -1, 1),
                                List.of(
                                        level(chance, scope),
                                        level(-chance, scope),
                                        new Plot.Series("median of the prompts and their middle half", Plot.Mark.LINE, points),
                                        new Plot.Series("mean of the prompts", Plot.Mark.LINE_AND_DOTS, means)))
                        .draw());
    }

    private static Plot.Series level(double y, Scope scope) {
        return new Plot.Series("", Plot.Mark.REFERENCE, List.of(Plot.Point.at(1, y), Plot.Point.at(scope.steps(), y)));
    }

    private static Figure cloud(Scope scope, List<List<Seed>> byPrompt, int look) {
        List<Plot.Series> series = IntStream.range(0, byPrompt.size())
                .mapToObj(p -> {
                    List<Seed> seeds = byPrompt.get(p);
                    double middle = seeds.stream().mapToDouble(seed -> seed.sum(look)).average().orElse(Double.NaN);
                    return new Plot.Series(scope.prompts().get(p), Plot.Mark.DOTS, seeds.stream().map(seed -> Plot.Point.at(seed.sum(look) / middle, seed.fit())).toList());
                })
                .toList();
        return new Figure(
                "seeds",
                "Every seed: the sum after " + look + " steps and the fit of its picture",
                new Plot(
                                "Seeds after " + look + " steps and in the end",
                                "One dot per seed.",
                                PlotAxis.fitted("sum of differences, over the mean of its prompt"),
                                PlotAxis.fitted("fit to the words (cosine)"),
                                series)
                        .draw());
    }

    /// The seeds of the first prompts, the greatest sum first.
    private static Figure pictures(Scope scope, List<List<Seed>> byPrompt, int look) {
        List<Mosaic.Row> rows = IntStream.range(0, byPrompt.size())
                .mapToObj(p -> new Mosaic.Row(scope.prompts().get(p), ranked(byPrompt.get(p), seed -> seed.sum(look)).stream().limit(8).map(Seed::image).toList()))
                .toList();
        return new Figure("pictures", "Seeds by their sum after " + look + " steps, the greatest first", new Mosaic(List.of(), rows).draw());
    }
}
