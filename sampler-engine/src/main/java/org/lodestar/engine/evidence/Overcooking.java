package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.ImageMetrics;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;

/// Whether projected guidance keeps colour and contrast natural where CFG overcooks.
final class Overcooking implements Experiment {
    private static final double[] WEIGHTS = {5, 10, 15, 30};
    /// The published cap of 7.5 for latents of 4x64x64, scaled with the square root of their size to 4x16x16.
    private static final double CAP_PER_ROOT = 7.5 / Math.sqrt(4 * 64 * 64);

    /// @param key  for files
    /// @param name for people
    private record Quantity(String key, String name, ToDoubleFunction<ImageMetrics> value) {}

    private static final List<Quantity> QUANTITIES = List.of(
            new Quantity("saturation", "saturation (mean, HSV)", ImageMetrics::saturation),
            new Quantity("contrast", "contrast (RMS of the luma)", ImageMetrics::contrast),
            new Quantity("clipped", "share of clipped pixels", ImageMetrics::clipped));

    @Override
    public int number() {
        return 5;
    }

    @Override
    public String title() {
        return "Strong guidance without the burn";
    }

    @Override
    public String question() {
        return "How do saturation, contrast and clipping of the finished pictures grow with the guidance weight, under CFG and under APG?";
    }

    @Override
    public String expected() {
        return "They rise with the weight under CFG and stay near their level at weight 5 under APG.";
    }

    @Override
    public Finding run(Lab lab) {
        Map<String, List<List<Picture>>> byPolicy = new LinkedHashMap<>();
        for (double w : WEIGHTS) {
            byPolicy.computeIfAbsent("CFG", _ -> new ArrayList<>()).add(lab.pictures("cfg(w=" + Numbers.plain(w) + ")"));
            byPolicy.computeIfAbsent("APG", _ -> new ArrayList<>()).add(lab.pictures(apg(lab, w)));
            byPolicy.computeIfAbsent("projection only", _ -> new ArrayList<>()).add(lab.pictures("apg(w=" + Numbers.plain(w) + ",eta=0,r=0,beta=0)"));
        }
        List<Boolean> holds = new ArrayList<>();
        StringBuilder words = new StringBuilder("From weight 5 to 30: ");
        List<List<?>> rows = new ArrayList<>();
        List<Figure> figures = new ArrayList<>();
        for (Quantity quantity : QUANTITIES) {
            List<Spread> cfg = spreads(byPolicy.getOrDefault("CFG", List.of()), quantity);
            List<Spread> apg = spreads(byPolicy.getOrDefault("APG", List.of()), quantity);
            List<Spread> projected = spreads(byPolicy.getOrDefault("projection only", List.of()), quantity);
            double cfgRise = cfg.getLast().median() - cfg.getFirst().median();
            double apgRise = apg.getLast().median() - apg.getFirst().median();
            holds.add(cfgRise > 0 && Math.abs(apgRise) < cfgRise / 2);
            words.append(holds.size() == 1 ? "" : "; ").append(quantity.name()).append(" changes by ").append(Numbers.brief(cfgRise)).append(" under CFG and ").append(Numbers.brief(apgRise)).append(" under APG (")
                    .append(Numbers.brief(projected.getLast().median() - projected.getFirst().median())).append(" with its projection only)");
            for (int i = 0; i < WEIGHTS.length; i++) {
                rows.add(List.of(quantity.name(), WEIGHTS[i], cfg.get(i).toString(), apg.get(i).toString(), projected.get(i).toString()));
            }
            figures.add(plot(quantity, List.of(series("CFG", cfg), series("APG", apg), series("APG, projection only", projected)), lab.scope().pictures()));
        }
        figures.add(pictures(byPolicy, lab.scope()));
        return new Finding(
                Verdict.of(holds.get(0), holds.get(1), holds.get(2)),
                words + ". APG here: `" + apg(lab, 30) + "`; its projection only: no cap, no momentum.",
                List.of(new Table("summary", true, List.of("quantity", "w", "CFG, median (middle half)", "APG, median (middle half)", "projection only, median (middle half)"), rows), raw(byPolicy)),
                figures);
    }

    private static String apg(Lab lab, double w) {
        double cells = lab.scope().size().width() / 8.0 * lab.scope().size().height() / 8.0 * 4;
        return "apg(w=" + Numbers.plain(w) + ",eta=0,r=" + Numbers.brief(CAP_PER_ROOT * Math.sqrt(cells)) + ",beta=-0.75)";
    }

    private static List<Spread> spreads(List<List<Picture>> byWeight, Quantity quantity) {
        return byWeight.stream().map(pictures -> Spread.of(pictures, p -> quantity.value().applyAsDouble(ImageMetrics.of(p.image())))).toList();
    }

    private static Table raw(Map<String, List<List<Picture>>> byPolicy) {
        List<List<?>> rows = new ArrayList<>();
        byPolicy.forEach((policy, byWeight) -> {
            for (int i = 0; i < WEIGHTS.length; i++) {
                for (Picture p : byWeight.get(i)) {
                    ImageMetrics metrics = ImageMetrics.of(p.image());
                    rows.add(List.of(policy, WEIGHTS[i], p.prompt(), p.seed(), metrics.saturation(), metrics.contrast(), metrics.clipped()));
                }
            }
        });
        return new Table("pictures", false, List.of("policy", "w", "prompt", "seed", "saturation", "contrast", "clipped"), rows);
    }

    private static Figure plot(Quantity quantity, List<Plot.Series> series, int count) {
        return new Figure(
                quantity.key(),
                quantity.name() + " against the guidance weight",
                new Plot(
                                "Growth with the guidance weight: " + quantity.key(),
                                "Median of " + count + " pictures and the middle half of them.",
                                PlotAxis.fitted("guidance weight w"),
                                PlotAxis.fitted(quantity.name()),
                                series)
                        .draw());
    }

    private static Plot.Series series(String name, List<Spread> spreads) {
        List<Plot.Point> points = new ArrayList<>();
        for (int i = 0; i < WEIGHTS.length; i++) {
            points.add(spreads.get(i).at(WEIGHTS[i]));
        }
        return new Plot.Series(name, Plot.Mark.LINE_AND_DOTS, points);
    }

    private static Figure pictures(Map<String, List<List<Picture>>> byPolicy, Scope scope) {
        List<Mosaic.Row> rows = new ArrayList<>();
        for (int prompt = 0; prompt < Math.min(2, scope.prompts().size()); prompt++) {
            int index = prompt * scope.seeds();
            byPolicy.forEach((policy, byWeight) -> rows.add(new Mosaic.Row(policy, byWeight.stream().map(p -> p.get(index).image()).toList())));
        }
        List<String> heads = Arrays.stream(WEIGHTS).mapToObj(w -> "w " + Numbers.plain(w)).toList();
        return new Figure("pictures", "The same noise at growing weight", new Mosaic(heads, rows).draw());
    }
}
