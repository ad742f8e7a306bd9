package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.evidence.Scope.Trial;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.image.ImageMetrics;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;
import org.lodestar.engine.image.Rgb;

/// Which CFG weight every policy amounts to, and how much of what it does to a picture that explains.
final class EffectiveWeights implements Experiment {
    private static final int PER_PLOT = 6;
    /// The curves hardly differ between seeds, and the catalogue is long.
    private static final int SEEDS = 2;

    /// @param curve effective weight at each step
    /// @param mean  of the curve, one value per picture
    private record Measured(PolicyType type, String policy, List<Spread> curve, Spread mean, Spread contrast, Spread nfe) {}

    @Override
    public int number() {
        return 15;
    }

    @Override
    public String title() {
        return "Which CFG weight a policy amounts to";
    }

    @Override
    public String question() {
        return "What is the effective weight a = <D - D_r, delta>/|delta|^2 of every policy of the catalogue, step by step, and does its mean explain the contrast of the pictures?";
    }

    @Override
    public String expected() {
        return "Many policies are CFG with another weight: pictures of a greater mean effective weight have more contrast.";
    }

    @Override
    public Finding run(Lab whole) {
        Scope all = whole.scope();
        Lab lab = whole.with(all.withSeeds(all.seed(), Math.min(all.seeds(), SEEDS)));
        List<Measured> measured = new ArrayList<>();
        List<List<?>> left = new ArrayList<>();
        List<Rgb> plain = images(lab.pictures(lab.scope().cfg()));
        int same = 0;
        for (PolicyType type : Catalog.policies()) {
            Trial trial = GuidancePages.example(type).trial(type, lab.scope());
            try {
                List<Picture> pictures = lab.pictures(trial);
                if (images(pictures).equals(plain)) {
                    same++;
                    left.add(List.of(type.descriptor().name(), "`" + trial.text() + "` made the very pictures of plain CFG"));
                } else {
                    measured.add(measure(type, trial, pictures));
                }
            } catch (EngineException e) {
                left.add(List.of(type.descriptor().name(), String.valueOf(e.getMessage())));
            }
        }
        List<Measured> compared = measured.stream().filter(m -> !Double.isNaN(m.mean().median())).toList();
        double correlation = rankCorrelation(
                compared.stream().mapToDouble(m -> m.mean().median()).toArray(), compared.stream().mapToDouble(m -> m.contrast().median()).toArray());
        String words = "Over " + compared.size() + " policies (" + lab.scope().seeds() + " seeds per prompt) the rank correlation (Spearman) between mean effective weight and contrast is " + Numbers.brief(correlation)
                + ". " + (left.isEmpty() ? "" : same + " more made the pictures of plain CFG bit for bit, and " + (left.size() - same) + " could not be run; they are listed below.");
        Verdict verdict = correlation >= 0.7 ? Verdict.SHOWN : correlation >= 0.4 ? Verdict.PARTLY : Verdict.NOT_SHOWN;
        List<Table> tables = new ArrayList<>(List.of(summary(measured), raw(measured)));
        if (!left.isEmpty()) {
            tables.add(new Table("left out", true, List.of("policy", "why"), left));
        }
        return new Finding(verdict, words.strip(), tables, plots(compared, lab.scope()));
    }

    private static List<Rgb> images(List<Picture> pictures) {
        return pictures.stream().map(Picture::image).toList();
    }

    private static Measured measure(PolicyType type, Trial trial, List<Picture> pictures) {
        int steps = pictures.getFirst().telemetry().size();
        List<Spread> curve = IntStream.range(0, steps)
                .mapToObj(i -> Spread.of(pictures, p -> p.telemetry().get(i).effectiveWeight()))
                .toList();
        return new Measured(
                type,
                trial.text() + (trial.negative().isEmpty() ? "" : ", negative " + trial.negative()),
                curve,
                Spread.of(pictures, p -> mean(p.telemetry())),
                Spread.of(pictures, p -> ImageMetrics.of(p.image()).contrast()),
                Spread.of(pictures, Picture::nfe));
    }

    /// The mean over the steps; an unguided step is plain conditional, which is weight 1.
    private static double mean(List<Telemetry> telemetry) {
        if (telemetry.stream().allMatch(t -> Double.isNaN(t.effectiveWeight()))) {
            return Double.NaN;
        }
        return telemetry.stream().mapToDouble(t -> Double.isNaN(t.effectiveWeight()) ? 1 : t.effectiveWeight()).average().orElse(Double.NaN);
    }

    /// Spearman's: the correlation of the ranks, equal values sharing their mean rank.
    static double rankCorrelation(double[] x, double[] y) {
        double[] a = ranks(x);
        double[] b = ranks(y);
        double middle = (x.length - 1) / 2.0;
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - middle) * (b[i] - middle);
            aa += (a[i] - middle) * (a[i] - middle);
            bb += (b[i] - middle) * (b[i] - middle);
        }
        return aa * bb == 0 ? Double.NaN : ab / Math.sqrt(aa * bb);
    }

    private static double[] ranks(double[] values) {
        double[] ranks = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            for (double other : values) {
                ranks[i] += other < values[i] ? 1 : other == values[i] ? 0.5 : 0;
            }
            ranks[i] -= 0.5;
        }
        return ranks;
    }

    private static Table summary(List<Measured> measured) {
        return new Table(
                "summary",
                true,
                List.of("policy", "as run", "mean effective weight", "contrast", "NFE, median"),
                measured.stream()
                        .sorted(Comparator.comparingDouble(m -> m.mean().median()))
                        .map(m -> List.of(m.type().descriptor().name(), "`" + m.policy() + "`", m.mean().toString(), m.contrast().toString(), m.nfe().median()))
                        .toList());
    }

    private static Table raw(List<Measured> measured) {
        List<List<?>> rows = new ArrayList<>();
        for (Measured m : measured) {
            for (int i = 0; i < m.curve().size(); i++) {
                Spread spread = m.curve().get(i);
                rows.add(List.of(m.policy(), i + 1, spread.low(), spread.median(), spread.high()));
            }
        }
        return new Table("steps", false, List.of("policy", "step", "low", "median", "high"), rows);
    }

    /// One plot per place in the stack, so that no plot has too many lines.
    private static List<Figure> plots(List<Measured> measured, Scope scope) {
        Map<String, List<Measured>> groups = new LinkedHashMap<>();
        for (Measured m : measured) {
            groups.computeIfAbsent(Family.of(m.type()).title(), _ -> new ArrayList<>()).add(m);
        }
        List<Figure> figures = new ArrayList<>();
        groups.forEach((title, group) -> {
            for (int from = 0; from < group.size(); from += PER_PLOT) {
                List<Measured> part = group.subList(from, Math.min(group.size(), from + PER_PLOT));
                String name = "weight-" + (figures.size() + 1);
                figures.add(new Figure(
                        name,
                        title,
                        new Plot(
                                        "Effective weight: " + title.toLowerCase(Locale.ROOT),
                                        "Median of " + scope.pictures() + " pictures and the middle half of them; dashed: CFG " + Numbers.plain(scope.w()) + "; gaps are steps without guidance.",
                                        PlotAxis.of("step", 1, Double.NaN),
                                        PlotAxis.of("effective CFG weight a", 0, Double.NaN),
                                        Stream.concat(Stream.of(constant(scope)), part.stream().map(EffectiveWeights::series)).toList())
                                .draw()));
            }
        });
        return figures;
    }

    private static Plot.Series constant(Scope scope) {
        return new Plot.Series("", Plot.Mark.REFERENCE, List.of(Plot.Point.at(1, scope.w()), Plot.Point.at(scope.steps(), scope.w())));
    }

    private static Plot.Series series(Measured m) {
        return new Plot.Series(
                m.type().descriptor().name(), Plot.Mark.LINE, IntStream.range(0, m.curve().size()).mapToObj(i -> m.curve().get(i).at(i + 1)).toList());
    }
}
