package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;
import org.lodestar.engine.image.Ssim;

/// How well LinearAG's fitted combination of what was seen before stands in for the network's own second answer.
final class LinearErrors implements Experiment {
    private static final int FITTED_SEED = 9101;
    private static final int FITTED_SEEDS = 2;

    @Override
    public int number() {
        return 3;
    }

    @Override
    public String title() {
        return "Predicting the second estimate";
    }

    @Override
    public String question() {
        return "How far is LinearAG's prediction of the estimate without the prompt from the network's own, on runs that were not fitted, against two trivial predictions: the prompt's estimate itself, and the"
                + " prompt's with the last known difference?";
    }

    @Override
    public String expected() {
        return "Clearly nearer than both; somewhat less so where predictions are made from predictions.";
    }

    @Override
    public Finding run(Lab lab) {
        LinearCalibration found = LinearCalibration.of(lab.with(lab.scope().withSeeds(FITTED_SEED, FITTED_SEEDS)), lab);
        List<LinearCalibration.StepErrors> errors = found.errors();
        double overPrompt = Spread.of(errors, e -> e.fitted().median() / e.prompt().median()).median();
        double overLast = Spread.of(errors, e -> e.fitted().median() / e.lastDifference().median()).median();
        double fedBack = Spread.of(errors, e -> e.fedBack().median() / e.fitted().median()).median();
        boolean better = errors.stream().allMatch(e -> e.fitted().median() < e.prompt().median() && e.fitted().median() < e.lastDifference().median());
        String words = "From the true past the prediction has, at the median step, " + Numbers.brief(overPrompt) + " of the squared error of taking the prompt's estimate and " + Numbers.brief(overLast)
                + " of that of keeping the last difference; from its own predictions the squared error is " + Numbers.brief(fedBack) + " times as large, and smaller than that of the prompt's estimate at "
                + errors.stream().filter(e -> e.fedBack().median() < e.prompt().median()).count() + " of " + errors.size() + " steps. Fitted on " + lab.scope().prompts().size() * FITTED_SEEDS
                + " runs with seeds of their own. " + pictures(lab, found);
        List<List<?>> rows = new ArrayList<>();
        errors.forEach(e -> rows.add(List.of(e.step() + 1, e.fitted().median(), e.fedBack().median(), e.prompt().median(), e.lastDifference().median())));
        return new Finding(
                Verdict.of(better, overPrompt < 0.5 && overLast < 0.5, fedBack >= 1),
                words,
                List.of(new Table(
                        "errors", true, List.of("step", "predicted from the true past", "predicted from predictions", "prompt's estimate", "last difference"), rows)),
                List.of(figure(errors, lab.scope().pictures())));
    }

    /// What the predictions do to whole pictures.
    private static String pictures(Lab lab, LinearCalibration found) {
        List<Picture> full = lab.pictures(lab.scope().cfg());
        StringBuilder words = new StringBuilder("Whole runs with it, against full CFG from the same noise: ");
        for (String second : List.of("cond", "linear")) {
            List<Picture> fast = lab.pictures(found.policy(second));
            double[] similarity = new double[full.size()];
            for (int i = 0; i < similarity.length; i++) {
                similarity[i] = Ssim.of(full.get(i).image(), fast.get(i).image());
            }
            words.append("SSIM ").append(Spread.of(similarity)).append(" at ").append(Numbers.brief(Spread.of(fast, Picture::nfe).median())).append(" evaluations with the second half ")
                    .append(second.equals("cond") ? "unguided, " : "predicted.");
        }
        return words.toString();
    }

    private static Figure figure(List<LinearCalibration.StepErrors> errors, int count) {
        return new Figure(
                "errors",
                "Squared error of the predicted second estimate, by step",
                new Plot(
                                "How far predictions of the second estimate are off",
                                "Relative mean square error; median of " + count + " runs and the middle half of them.",
                                PlotAxis.of("step", 1, Double.NaN),
                                PlotAxis.logarithmic("|predicted - asked|^2 / |asked|^2"),
                                List.of(
                                        series("predicted from the true past", errors, LinearCalibration.StepErrors::fitted),
                                        series("from predictions", errors, LinearCalibration.StepErrors::fedBack),
                                        series("prompt's estimate", errors, LinearCalibration.StepErrors::prompt),
                                        series("last difference", errors, LinearCalibration.StepErrors::lastDifference)))
                        .draw());
    }

    private static Plot.Series series(String name, List<LinearCalibration.StepErrors> errors, Function<LinearCalibration.StepErrors, Spread> spread) {
        return new Plot.Series(name, Plot.Mark.LINE_AND_DOTS, errors.stream().map(e -> spread.apply(e).at(e.step() + 1)).toList());
    }
}
