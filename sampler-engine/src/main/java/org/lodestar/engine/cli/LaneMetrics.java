package org.lodestar.engine.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.image.ImageMetrics;
import org.lodestar.engine.image.Sheet.Fact;
import org.lodestar.engine.image.Ssim;
import org.lodestar.engine.record.CanonicalJson;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.StepRecord;

/// The numbers of one picture of a comparison.
///
/// @param letter          its lane: A, B, ...
/// @param policy          text form, spelled out
/// @param seed            its seed
/// @param nfe             network evaluations
/// @param nfeFull         what plain CFG would have spent
/// @param seconds         its share of the denoising loop
/// @param image           saturation, contrast, clipped pixels
/// @param likeness        how well the picture fits the prompt, by the model's image-text scorer; NaN without one
/// @param effectiveWeight mean over the guided steps of the CFG weight the policy amounted to; NaN if there were none
/// @param ssimToA         similarity to the picture of lane A from the same noise
/// @param psnrToA         the same in dB; infinite if equal
record LaneMetrics(
        String letter,
        String policy,
        long seed,
        int nfe,
        int nfeFull,
        double seconds,
        ImageMetrics image,
        double likeness,
        double effectiveWeight,
        double ssimToA,
        double psnrToA) {

    static List<LaneMetrics> of(Following.Finished finished) {
        List<LaneMetrics> all = new ArrayList<>();
        for (RunEvent.ImageFinished image : finished.images()) {
            RunEvent.ImageFinished reference = finished.images().stream()
                    .filter(other -> other.lane() == 0 && other.sample() == image.sample())
                    .findFirst()
                    .orElse(image);
            List<StepRecord> steps = new ArrayList<>();
            for (int step = 0; step < finished.run().stepsDone(image.lane()); step++) {
                steps.add(finished.run().step(image.lane(), image.sample(), step));
            }
            all.add(new LaneMetrics(
                    String.valueOf((char) ('A' + image.lane())),
                    image.record().policyLog().getFirst().policy(),
                    image.record().seed(),
                    image.record().nfe(),
                    image.record().nfeFull(),
                    steps.stream().mapToLong(step -> step.networkNanos() + step.otherNanos()).sum() / 1e9,
                    ImageMetrics.of(image.image()),
                    image.record().readings().getOrDefault(RunRecord.LIKENESS, Double.NaN),
                    steps.stream()
                            .flatMap(step -> step.telemetry().stream())
                            .filter(Telemetry::guided)
                            .mapToDouble(Telemetry::effectiveWeight)
                            .filter(Double::isFinite)
                            .average()
                            .orElse(Double.NaN),
                    Ssim.of(reference.image(), image.image()),
                    ImageMetrics.psnr(reference.image(), image.image())));
        }
        return all;
    }

    /// For the sheet.
    List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Network evaluations", nfe < nfeFull ? nfe + " of " + nfeFull : String.valueOf(nfe)));
        facts.add(new Fact("Time", rounded("%.2f s", seconds)));
        facts.add(new Fact("Saturation", rounded("%.3f", image.saturation())));
        facts.add(new Fact("Contrast", rounded("%.3f", image.contrast())));
        facts.add(new Fact("Clipped pixels", rounded("%.1f %%", 100 * image.clipped())));
        if (!Double.isNaN(likeness)) {
            facts.add(new Fact("Fits the prompt", rounded("%.3f", likeness)));
        }
        facts.add(new Fact("Mean effective weight", Double.isNaN(effectiveWeight) ? "–" : rounded("%.2f", effectiveWeight)));
        facts.add(new Fact("SSIM to A", letter.equals("A") ? "–" : rounded("%.3f", ssimToA)));
        return facts;
    }

    /// Names to values, in the order of the table.
    Map<String, Object> values() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("lane", letter);
        all.put("policy", policy);
        all.put("seed", seed);
        all.put("nfe", nfe);
        all.put("nfe_full", nfeFull);
        all.put("seconds", seconds);
        all.put("saturation", image.saturation());
        all.put("contrast", image.contrast());
        all.put("clipped", image.clipped());
        all.put("likeness", likeness);
        all.put("mean_effective_weight", effectiveWeight);
        all.put("ssim_to_a", ssimToA);
        all.put("psnr_to_a", psnrToA);
        return all;
    }

    /// A header and one row per picture; texts in quotes, numbers with a point, nothing where a number does not exist or is infinite.
    static String csv(List<LaneMetrics> all) {
        StringBuilder out = new StringBuilder(String.join(",", all.getFirst().values().keySet())).append('\n');
        for (LaneMetrics row : all) {
            out.append(row.values().values().stream()
                            .map(value -> value instanceof String text ? '"' + text.replace("\"", "\"\"") + '"' : number(value))
                            .collect(Collectors.joining(",")))
                    .append('\n');
        }
        return out.toString();
    }

    private static String number(Object value) {
        String text = CanonicalJson.write(value);
        return text.equals("null") ? "" : text;
    }

    private static String rounded(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
