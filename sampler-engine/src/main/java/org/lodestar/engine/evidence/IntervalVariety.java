package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.image.Rgb;

/// Whether guidance in the middle of the way only saves evaluations and keeps the seeds different from each other.
final class IntervalVariety implements Experiment {
    private static final String INTERVAL = "interval(lo=0.28,hi=5.42) + ";
    private static final double[] WEIGHTS = {7.5, 16};

    @Override
    public int number() {
        return 11;
    }

    @Override
    public String title() {
        return "Guidance in the middle only";
    }

    @Override
    public String question() {
        return "With guidance limited to noise levels 0.28 to 5.42 (the published interval for large models), how many evaluations are spent, and how different are the pictures of one prompt from seed to seed?";
    }

    @Override
    public String expected() {
        return "Fewer evaluations, and more variety at the same weight.";
    }

    @Override
    public Finding run(Lab lab) {
        List<List<?>> summary = new ArrayList<>();
        List<List<?>> raw = new ArrayList<>();
        List<Mosaic.Row> rows = new ArrayList<>();
        List<Boolean> holds = new ArrayList<>();
        StringBuilder words = new StringBuilder();
        for (double w : WEIGHTS) {
            String cfg = "cfg(w=" + Numbers.plain(w) + ")";
            List<Picture> whole = lab.pictures(cfg);
            List<Picture> middle = lab.pictures(INTERVAL + cfg);
            List<Double> wholeVariety = variety(whole, lab.scope(), cfg, raw);
            List<Double> middleVariety = variety(middle, lab.scope(), INTERVAL + cfg, raw);
            double wholeNfe = Spread.of(whole, Picture::nfe).median();
            double middleNfe = Spread.of(middle, Picture::nfe).median();
            Spread wholeSpread = Spread.of(wholeVariety, d -> d);
            Spread middleSpread = Spread.of(middleVariety, d -> d);
            holds.add(middleNfe < wholeNfe);
            holds.add(middleSpread.median() > wholeSpread.median());
            summary.add(List.of(cfg, wholeNfe, wholeSpread.toString()));
            summary.add(List.of(INTERVAL + cfg, middleNfe, middleSpread.toString()));
            words.append("At weight ").append(Numbers.plain(w)).append(" the interval spends ").append(Numbers.brief(middleNfe)).append(" instead of ").append(Numbers.brief(wholeNfe))
                    .append(" evaluations, and the median distance between seeds is ").append(Numbers.brief(middleSpread.median())).append(" instead of ").append(Numbers.brief(wholeSpread.median())).append(". ");
            rows.add(new Mosaic.Row("CFG " + Numbers.plain(w), seeds(whole, lab.scope())));
            rows.add(new Mosaic.Row("interval, CFG " + Numbers.plain(w), seeds(middle, lab.scope())));
        }
        words.append("Whether the pictures still follow the prompt as well is not measured here; experiment 16 measures that for other policies.");
        return new Finding(
                Verdict.of(holds.get(0), holds.get(1), holds.get(2), holds.get(3)),
                words.toString(),
                List.of(
                        new Table("summary", true, List.of("policy", "NFE, median", "mean distance (1 - SSIM) between seeds of one prompt, median over prompts (middle half)"), summary),
                        new Table("prompts", false, List.of("policy", "prompt", "mean_pairwise_distance"), raw)),
                List.of(new Figure("pictures", "Seeds of \"" + lab.scope().prompts().getFirst() + "\"", new Mosaic(List.of(), rows).draw())));
    }

    /// The mean distance over all pairs of seeds, for each prompt.
    private static List<Double> variety(List<Picture> pictures, Scope scope, String policy, List<List<?>> raw) {
        List<Double> result = Variety.byPrompt(pictures, scope);
        for (int prompt = 0; prompt < result.size(); prompt++) {
            raw.add(List.of(policy, scope.prompts().get(prompt), result.get(prompt)));
        }
        return result;
    }

    private static List<Rgb> seeds(List<Picture> pictures, Scope scope) {
        return pictures.subList(0, scope.seeds()).stream().limit(6).map(Picture::image).toList();
    }
}
