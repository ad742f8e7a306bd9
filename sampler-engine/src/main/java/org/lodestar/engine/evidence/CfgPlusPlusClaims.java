package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.evidence.Scope.Trial;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.image.ImageMetrics;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.Edit;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.Stepper;
import org.lodestar.engine.sampler.DdimInversion;
import org.lodestar.engine.schedule.NoiseLevel;

/// CFG++ on a first-order sampler is CFG with a weight that follows from the step, `w*alpha'*sigma/(alpha'*sigma - sigma'*alpha) = w/(1 - s'/s)` with `s = sigma/alpha`; and it is said to be easier
/// to run backwards: a picture inverted to noise and sampled again should come back as it was.
final class CfgPlusPlusClaims implements Experiment {
    private static final double W = 0.6;
    private static final double EQUAL = 1e-4;
    /// CFG weights with the CFG++ strengths that count as their equals.
    private static final Map<Double, Double> EQUALS = new TreeMap<>(Map.of(5.0, 0.4, 7.5, 0.6));
    private static final int ROUNDS = 3;
    /// An equality does not get truer with more pictures, and the way there and back again is long.
    private static final int SEEDS = 2;

    @Override
    public int number() {
        return 6;
    }

    @Override
    public String title() {
        return "CFG++ as CFG with another weight, and backwards";
    }

    @Override
    public String question() {
        return "Does a run under CFG++ equal the run under CFG whose weight is set at every step to what the formula says? And how well does a picture come back after DDIM inversion, under CFG++ and under CFG?";
    }

    @Override
    public String expected() {
        return "Equal up to the rounding of 32-bit arithmetic; the weight grows with the number of steps. Pictures come back with a higher PSNR under CFG++ than under CFG of the strength that counts as its equal.";
    }

    @Override
    public Finding run(Lab whole) {
        Lab lab = whole.with(whole.scope().withSeeds(whole.scope().seed(), Math.min(SEEDS, whole.scope().seeds())));
        Trial plus = lab.scope().policy("cfgpp(w=" + Numbers.plain(W) + ")").withSampler(Term.of("ddim"));
        List<List<?>> rows = new ArrayList<>();
        List<List<?>> weightRows = new ArrayList<>();
        List<Double> differences = new ArrayList<>();
        for (String prompt : lab.scope().prompts()) {
            RunHandle run = lab.run(prompt, plus);
            List<Double> weights = weights(run);
            RunHandle plain = lab.run(prompt, asCfg(plus, weights));
            for (int sample = 0; sample < lab.scope().seeds(); sample++) {
                double difference = difference(last(run, sample), last(plain, sample));
                differences.add(difference);
                rows.add(List.of(prompt, lab.scope().seed() + sample, difference));
            }
            if (weightRows.isEmpty()) {
                for (int i = 0; i < weights.size(); i++) {
                    weightRows.add(List.of(i + 1, run.step(0, 0, i).level().karrasSigma(), weights.get(i)));
                }
            }
        }
        double worst = differences.stream().mapToDouble(d -> d).max().orElse(Double.NaN);
        String words = "The greatest relative difference |z - z'|/|z| between the final latents of the two is " + Numbers.brief(worst) + " over " + differences.size()
                + " pictures; equality was asked to " + Numbers.brief(EQUAL) + ", since a run carries each step's rounding through all later network calls.";
        Backwards backwards = backwards(lab);
        return new Finding(
                Verdict.of(worst <= EQUAL, backwards.better()),
                words + " " + backwards.words(),
                List.of(
                        backwards.summary(),
                        new Table("weights", true, List.of("step", "sigma/alpha", "equal CFG weight"), weightRows),
                        new Table("pictures", false, List.of("prompt", "seed", "relative_difference"), rows),
                        backwards.raw()),
                List.of(backwards.pictures()));
    }

    /// What the inversion showed.
    private record Backwards(boolean better, String words, Table summary, Table raw, Figure pictures) {}

    /// One policy's way to noise and back.
    private record Returned(String policy, int rounds, List<Double> psnr, List<Rgb> images) {
        Spread spread() {
            return Spread.of(psnr, p -> p);
        }
    }

    /// Inverts pictures that were made without guidance, so that neither policy has made them.
    private static Backwards backwards(Lab lab) {
        Trial plain = lab.scope().policy("cfg(w=1)").withSampler(Term.of("ddim"));
        List<Picture> originals = lab.pictures(plain);
        List<Returned> all = lab.study(plain, (stepper, model) -> {
            List<Returned> ways = new ArrayList<>();
            ways.add(thereAndBack(stepper, model, originals, plain.text(), 0));
            EQUALS.forEach((cfg, plus) -> {
                ways.add(thereAndBack(stepper, model, originals, "cfg(w=" + Numbers.plain(cfg) + ")", 0));
                ways.add(thereAndBack(stepper, model, originals, "cfgpp(w=" + Numbers.plain(plus) + ")", 0));
            });
            for (String policy : List.of(ways.get(1).policy, ways.get(2).policy)) {
                ways.add(thereAndBack(stepper, model, originals, policy, ROUNDS));
            }
            return ways;
        });
        List<Returned> published = all.stream().filter(way -> way.rounds == 0).skip(1).toList();
        boolean better = true;
        StringBuilder words = new StringBuilder("There and back again by DDIM inversion as published, a picture made without guidance comes back with a median PSNR of ");
        for (int i = 0; i < published.size(); i += 2) {
            better &= published.get(i + 1).spread().median() > published.get(i).spread().median();
            words.append(i == 0 ? "" : i + 2 == published.size() ? " and " : ", ")
                    .append(Numbers.brief(published.get(i + 1).spread().median())).append(" dB under `").append(published.get(i + 1).policy())
                    .append("` against ").append(Numbers.brief(published.get(i).spread().median())).append(" dB under `").append(published.get(i).policy()).append("`");
        }
        words.append(". Refined inversion shows how much of the loss is the inversion's own.");
        Table summary = new Table(
                "inversion", true, List.of("policy", "rounds of refinement", "PSNR in dB, median (middle half)"),
                all.stream().map(way -> List.of(way.policy, way.rounds, way.spread().toString())).toList());
        List<List<?>> raw = new ArrayList<>();
        for (Returned way : all) {
            for (int i = 0; i < originals.size(); i++) {
                raw.add(List.of(way.policy, way.rounds, originals.get(i).prompt(), originals.get(i).seed(), way.psnr.get(i)));
            }
        }
        List<Mosaic.Row> rows = new ArrayList<>();
        rows.add(new Mosaic.Row("original", firsts(originals.stream().map(Picture::image).toList(), lab.scope())));
        all.forEach(way -> rows.add(new Mosaic.Row(way.policy + (way.rounds > 0 ? ", refined" : ""), firsts(way.images, lab.scope()))));
        return new Backwards(
                better, words.toString(), summary, new Table("inverted", false, List.of("policy", "rounds", "prompt", "seed", "psnr"), raw),
                new Figure("inversion", "Pictures to noise and back, first seed of each prompt", new Mosaic(lab.scope().prompts(), rows).draw()));
    }

    private static Returned thereAndBack(Stepper stepper, ModelPackage model, List<Picture> originals, String policy, int rounds) {
        PolicyStack stack = Catalog.policy(Term.parseStack(policy));
        List<Latents> clean = originals.stream().map(Picture::latents).toList();
        List<Latents> back = stepper.end(stepper.invert(clean, stack, new DdimInversion(rounds)), stack);
        List<Rgb> images = back.stream().map(z -> model.codec().decode(z, stepper.cancel())).toList();
        List<Double> psnr = IntStream.range(0, images.size()).mapToObj(i -> ImageMetrics.psnr(originals.get(i).image(), images.get(i))).toList();
        return new Returned(policy, rounds, psnr, images);
    }

    private static List<Rgb> firsts(List<Rgb> images, Scope scope) {
        return IntStream.iterate(0, i -> i < images.size(), i -> i + scope.seeds()).mapToObj(images::get).toList();
    }

    /// The CFG weight that each step of a CFG++ run amounts to.
    private static List<Double> weights(RunHandle run) {
        List<Double> weights = new ArrayList<>();
        int steps = run.stepsDone(0);
        for (int i = 0; i < steps; i++) {
            NoiseLevel here = run.step(0, 0, i).level();
            double ratio = i + 1 == steps ? 0 : run.step(0, 0, i + 1).level().karrasSigma() / here.karrasSigma();
            weights.add(W / (1 - ratio));
        }
        return weights;
    }

    private static Trial asCfg(Trial plus, List<Double> weights) {
        List<Edit> edits = new ArrayList<>();
        for (int i = 1; i < weights.size(); i++) {
            edits.add(new Edit(i, Change.policy(cfg(weights.get(i)))));
        }
        return new Trial(cfg(weights.getFirst()), plus.steps(), plus.sampler(), plus.negative(), edits);
    }

    private static List<Term> cfg(double w) {
        return Term.parseStack("cfg(w=" + Numbers.plain(w) + ")");
    }

    private static Latents last(RunHandle run, int sample) {
        return run.step(0, sample, run.stepsDone(0) - 1).after();
    }

    private static double difference(Latents a, Latents b) {
        return LatentOps.norm(LatentOps.subtract(a, b)) / LatentOps.norm(a);
    }
}
