package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.record.RunRecord;

/// Whether zigzag sampling follows the prompt better than CFG that spends as many evaluations on more steps.
final class ZigzagAgreement implements Experiment {

    @Override
    public int number() {
        return 10;
    }

    @Override
    public String title() {
        return "Zigzag sampling at equal cost";
    }

    @Override
    public String question() {
        return "At the same number of evaluations, do pictures of Z-Sampling (few steps, each to and fro) follow their prompts better than those of CFG (more steps)? Judged by the model: how much better the"
                + " picture's own prompt explains it than the other prompts do.";
    }

    @Override
    public String expected() {
        return "Better on hard prompts, or no difference.";
    }

    /// @param opinions picture by picture
    private record Way(String name, int steps, List<Picture> pictures, List<PromptJudge.Opinion> opinions) {
        Spread margin() {
            return Spread.of(opinions, PromptJudge.Opinion::margin);
        }

        double recognised() {
            return (double) opinions.stream().filter(PromptJudge.Opinion::recognised).count() / opinions.size();
        }

        Spread likeness() {
            return Spread.of(pictures, picture -> picture.readings().getOrDefault(RunRecord.LIKENESS, Double.NaN));
        }

        double nfe() {
            return Spread.of(pictures, Picture::nfe).median();
        }
    }

    @Override
    public Finding run(Lab lab) {
        Scope scope = lab.scope();
        String cfg = scope.cfg().text();
        List<Way> ways = new ArrayList<>();
        List<Boolean> holds = new ArrayList<>();
        StringBuilder words = new StringBuilder();
        for (int steps : new int[] {scope.steps(), 2 * scope.steps()}) {
            // One zigzag costs 5 evaluations, its last step 2; CFG 2 per step. Rounded down: Z-Sampling spends no more.
            int fewer = Math.max(2, (2 * steps + 3) / 5);
            Way plain = way(lab, "CFG", cfg, steps);
            Way zigzag = way(lab, "Z-Sampling", "zigzag(lo=0) + " + cfg, fewer);
            ways.add(plain);
            ways.add(zigzag);
            double gain = Spread.of(IntStream.range(0, plain.opinions.size()).mapToDouble(i -> zigzag.opinions.get(i).margin() - plain.opinions.get(i).margin()).toArray()).median();
            holds.add(gain > 0);
            if (!Double.isNaN(plain.likeness().median())) {
                holds.add(zigzag.likeness().median() > plain.likeness().median());
            }
            words.append("With ").append(Numbers.brief(zigzag.nfe())).append(" against ").append(Numbers.brief(plain.nfe())).append(" evaluations the margin of the own prompt is ")
                    .append(Numbers.brief(zigzag.margin().median())).append(" under Z-Sampling and ").append(Numbers.brief(plain.margin().median())).append(" under CFG; the median gain from the same noise is ")
                    .append(Numbers.brief(gain)).append(". ");
        }
        words.append("The judge is the model that made the pictures, and stronger guidance alone pleases it: this is no substitute for an image-and-text model.");
        List<List<?>> raw = new ArrayList<>();
        List<List<?>> rows = new ArrayList<>();
        List<Mosaic.Row> mosaic = new ArrayList<>();
        for (Way way : ways) {
            rows.add(List.of(way.name, way.steps, way.nfe(), way.margin().toString(), Numbers.percent(way.recognised()), way.likeness().toString()));
            mosaic.add(new Mosaic.Row(way.name + ", " + way.steps + " steps", AdaptiveSavings.firsts(way.pictures, scope.seeds())));
            for (int i = 0; i < way.pictures.size(); i++) {
                raw.add(List.of(way.name, way.steps, way.pictures.get(i).prompt(), way.pictures.get(i).seed(), way.pictures.get(i).nfe(), way.opinions.get(i).margin()));
            }
        }
        return new Finding(
                Verdict.of(holds),
                words.toString(),
                List.of(
                        new Table("summary", true, List.of("policy", "steps", "NFE, median", "margin of the own prompt, median (middle half)", "own prompt explains best", "cosine by the model's scorer, median (middle half)"), rows),
                        new Table("pictures", false, List.of("policy", "steps", "prompt", "seed", "nfe", "margin"), raw)),
                List.of(new Figure("pictures", "First seed of each prompt", new Mosaic(scope.prompts(), mosaic).draw())));
    }

    private static Way way(Lab lab, String name, String policy, int steps) {
        List<Picture> pictures = lab.pictures(lab.scope().policy(policy).withSteps(steps));
        return new Way(name, steps, pictures, PromptJudge.opinions(lab, pictures));
    }
}
