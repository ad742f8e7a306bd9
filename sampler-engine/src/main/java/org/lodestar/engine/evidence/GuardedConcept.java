package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;
import org.lodestar.engine.parameter.Term;

/// How a concept fades from the pictures as a safe prompt is mixed in.
final class GuardedConcept implements Experiment {
    private static final String SAFE = "a green leaf";
    private static final List<Double> AMOUNTS = List.of(0.0, 0.25, 0.5, 0.75, 1.0);
    private static final List<String> FORMS = List.of("embedding", "score");
    private static final int SEEDS = 2;

    /// @param nearness how much nearer to the prompt than to the safe prompt, picture by picture
    private record At(double amount, List<Picture> pictures, List<Double> nearness) {
        Spread spread() {
            return Spread.of(nearness, n -> n);
        }
    }

    @Override
    public int number() {
        return 12;
    }

    @Override
    public String title() {
        return "A concept that fades";
    }

    @Override
    public String question() {
        return "When the safe prompt \"" + SAFE + "\" is mixed in by an amount m, on the embeddings or on the estimates, how much of what the prompt asked for is left in the picture? Judged by the model: how much"
                + " better the prompt explains the picture than the safe prompt does.";
    }

    @Override
    public String expected() {
        return "It falls with m, in both forms.";
    }

    @Override
    public Finding run(Lab whole) {
        Lab lab = whole.with(whole.scope().withSeeds(whole.scope().seed(), Math.min(SEEDS, whole.scope().seeds())));
        List<List<At>> curves = FORMS.stream().map(form -> AMOUNTS.stream().map(amount -> at(lab, form, amount)).toList()).toList();
        StringBuilder words = new StringBuilder();
        List<Boolean> falls = new ArrayList<>();
        List<List<?>> rows = new ArrayList<>();
        List<List<?>> raw = new ArrayList<>();
        List<Mosaic.Row> mosaic = new ArrayList<>();
        for (int f = 0; f < FORMS.size(); f++) {
            String form = FORMS.get(f);
            List<At> curve = curves.get(f);
            boolean all = IntStream.range(1, curve.size()).allMatch(i -> curve.get(i).spread().median() < curve.get(i - 1).spread().median());
            falls.add(all);
            words.append("Mixed on ").append(form.equals("score") ? "estimates" : "embeddings").append(" the median goes from ").append(Numbers.brief(curve.getFirst().spread().median())).append(" at m = 0 to ")
                    .append(Numbers.brief(curve.getLast().spread().median())).append(" at m = 1, ").append(all ? "falling at every step. " : "not falling at every step. ");
            for (At at : curve) {
                rows.add(List.of(form, at.amount, at.spread().toString()));
                mosaic.add(new Mosaic.Row(form + ", m = " + Numbers.plain(at.amount), AdaptiveSavings.firsts(at.pictures, lab.scope().seeds())));
                for (int i = 0; i < at.pictures.size(); i++) {
                    raw.add(List.of(form, at.amount, at.pictures.get(i).prompt(), at.pictures.get(i).seed(), at.nearness.get(i)));
                }
            }
        }
        words.append(lab.scope().seeds()).append(" seeds per prompt; a positive number means nearer to the prompt, a negative one nearer to the safe prompt.");
        return new Finding(
                Verdict.of(falls.get(0), falls.get(1)),
                words.toString(),
                List.of(
                        new Table("summary", true, List.of("mixed on", "m", "nearness to the prompt, median (middle half)"), rows),
                        new Table("pictures", false, List.of("form", "m", "prompt", "seed", "nearness"), raw)),
                List.of(figure(curves), new Figure("pictures", "First seed of each prompt", new Mosaic(lab.scope().prompts(), mosaic).draw())));
    }

    private static At at(Lab lab, String form, double amount) {
        String guardian = new Term("guardian", Map.of("safe", SAFE, "m", Numbers.plain(amount), "form", form)).text();
        String cfg = lab.scope().cfg().text();
        List<Picture> pictures = lab.pictures(amount == 0 ? cfg : guardian + " + " + cfg);
        List<String> prompts = new ArrayList<>(lab.scope().prompts());
        prompts.add(SAFE);
        List<List<Double>> errors = PromptJudge.errors(lab, pictures, prompts);
        List<Double> nearness = IntStream.range(0, pictures.size())
                .mapToObj(i -> {
                    double own = errors.get(i).get(prompts.indexOf(pictures.get(i).prompt()));
                    double safe = errors.get(i).getLast();
                    return (safe - own) / ((safe + own) / 2);
                })
                .toList();
        return new At(amount, pictures, nearness);
    }

    private static Figure figure(List<List<At>> curves) {
        List<Plot.Series> series = IntStream.range(0, FORMS.size())
                .mapToObj(f -> new Plot.Series(
                        FORMS.get(f).equals("score") ? "mixed on estimates" : "mixed on embeddings",
                        Plot.Mark.LINE_AND_DOTS,
                        curves.get(f).stream().map(at -> at.spread().at(at.amount)).toList()))
                .toList();
        return new Figure(
                "fading",
                "Nearness to the prompt against the amount of the safe prompt",
                new Plot(
                                "How a concept fades as a safe prompt is mixed in",
                                "Median and middle half of " + curves.getFirst().getFirst().pictures.size() + " pictures; above 0 the prompt explains them better, below 0 the safe prompt.",
                                PlotAxis.of("amount m of the safe prompt", 0, 1),
                                PlotAxis.fitted("nearness to the prompt"),
                                series)
                        .draw());
    }
}
