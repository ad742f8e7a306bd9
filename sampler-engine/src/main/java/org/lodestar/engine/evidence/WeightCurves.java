package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.ImageMetrics;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;
import org.lodestar.engine.record.RunRecord;

/// The curves that papers on guidance draw, at the scale of one model: fit to the words, saturation and variety against the weight, policy by policy.
final class WeightCurves implements Experiment {

    /// A policy at several weights.
    ///
    /// @param name    for people
    /// @param weights from weak to strong
    /// @param stack   text form at a weight
    private record Way(String name, List<Double> weights, Function<String, String> stack) {}

    private static final List<Double> WEIGHTS = List.of(2.0, 4.0, 7.0, 12.0, 20.0);
    private static final List<Way> WAYS = List.of(
            new Way("no guidance", List.of(1.0), _ -> "none"),
            new Way("CFG", WEIGHTS, w -> "cfg(w=" + w + ")"),
            new Way("APG", WEIGHTS, w -> "apg(w=" + w + ")"),
            new Way("CFG++", List.of(0.2, 0.4, 0.6, 0.8, 1.0), w -> "cfgpp(w=" + w + ")"),
            new Way("AG", WEIGHTS, w -> "ag + cfg(w=" + w + ")"),
            new Way("autoguidance", List.of(1.5, 2.0, 2.5, 3.0, 4.0), w -> "autoguidance + cfg(w=" + w + ")"),
            new Way("GFCG", List.of(2.0, 4.0, 7.0), w -> "cfg(w=1) + gfcg(w=" + w + ")"));

    /// What one way of guiding gave at one weight.
    ///
    /// @param fit        cosine with the prompt by the model's scorer, NaN without one
    /// @param agreement  share of pictures whose likeliest label stands in the prompt, NaN without a classifier
    /// @param saturation of the pictures
    /// @param variety    mean 1 - SSIM between seeds of one prompt
    /// @param nfe        network evaluations, median
    private record Reading(String name, double w, Spread fit, double agreement, Spread saturation, Spread variety, double nfe, List<Picture> pictures) {}

    @Override
    public int number() {
        return 16;
    }

    @Override
    public String title() {
        return "Fit, saturation and variety against the weight";
    }

    @Override
    public String question() {
        return "How do the fit to the words, the saturation and the variety from seed to seed move with the guidance weight, and which policy gives the most fit at equal variety?";
    }

    @Override
    public String expected() {
        return "Guidance raises the fit above that of no guidance; more weight costs variety; CFG's saturation rises with the weight, APG's hardly.";
    }

    @Override
    public Finding run(Lab lab) {
        List<Reading> readings = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Way way : WAYS) {
            try {
                way.weights().forEach(w -> readings.add(reading(lab, way, w)));
            } catch (EngineException.InvalidInput e) {
                left.add(way.name() + " (" + e.getMessage() + ")");
            }
        }
        Reading none = of(readings, "no guidance").getFirst();
        List<Reading> cfg = of(readings, "CFG");
        List<Reading> apg = of(readings, "APG");
        double best = cfg.stream().mapToDouble(r -> r.fit().median()).max().orElse(Double.NaN);
        double cfgRise = cfg.getLast().saturation().median() - cfg.getFirst().saturation().median();
        double apgRise = apg.getLast().saturation().median() - apg.getFirst().saturation().median();
        boolean varietyFalls = cfg.getLast().variety().median() < none.variety().median();
        boolean saturates = cfgRise > 0 && apgRise < cfgRise / 2;
        boolean scored = !Double.isNaN(best);
        String words = (scored
                        ? "The fit is " + Numbers.brief(none.fit().median()) + " without guidance and " + Numbers.brief(best) + " at CFG's best weight. "
                        : "The model has no scorer, so that the fit to the words is not measured. ")
                + "Variety is " + Numbers.brief(none.variety().median()) + " without guidance and " + Numbers.brief(cfg.getLast().variety().median()) + " under CFG at weight "
                + Numbers.plain(cfg.getLast().w()) + ". From the least to the greatest weight saturation changes by " + Numbers.brief(cfgRise) + " under CFG and by " + Numbers.brief(apgRise)
                + " under APG. The scorer and the classifier are the model's own companions, trained on the same kind of pictures: they tell directions, and flatter what guides by them. Weights of different policies are not "
                + "the same thing; the plots of variety compare them fairly." + (left.isEmpty() ? "" : " Left out: " + String.join("; ", left) + ".");
        List<Figure> figures = new ArrayList<>();
        if (scored) {
            figures.add(against("fit", "fit to the words (cosine)", readings, r -> r.fit()));
            figures.add(trade("fit at equal variety", readings));
        }
        figures.add(against("saturation", "saturation (mean, HSV)", readings, r -> r.saturation()));
        figures.add(against("variety", "variety (1 - SSIM between seeds)", readings, r -> r.variety()));
        figures.add(pictures(readings));
        return new Finding(
                scored ? Verdict.of(best > none.fit().median(), varietyFalls, saturates) : Verdict.of(varietyFalls, saturates),
                words,
                List.of(summary(readings), raw(readings)),
                figures);
    }

    private static List<Reading> of(List<Reading> readings, String name) {
        return readings.stream().filter(reading -> reading.name().equals(name)).toList();
    }

    private static Reading reading(Lab lab, Way way, double w) {
        List<Picture> pictures = lab.pictures(way.stack().apply(Numbers.plain(w)));
        return new Reading(
                way.name(),
                w,
                Spread.of(pictures, WeightCurves::fit),
                pictures.stream().map(WeightCurves::agrees).flatMap(Optional::stream).mapToDouble(agrees -> agrees ? 1 : 0).average().orElse(Double.NaN),
                Spread.of(pictures, picture -> ImageMetrics.of(picture.image()).saturation()),
                Spread.of(Variety.byPrompt(pictures, lab.scope()), d -> d),
                Spread.of(pictures, Picture::nfe).median(),
                pictures);
    }

    private static double fit(Picture picture) {
        return picture.readings().getOrDefault(RunRecord.LIKENESS, Double.NaN);
    }

    /// Whether the classifier's likeliest label stands in the prompt; nothing without a classifier.
    private static Optional<Boolean> agrees(Picture picture) {
        return picture.readings().keySet().stream()
                .filter(name -> name.startsWith(RunRecord.LABEL))
                .map(name -> (" " + picture.prompt().toLowerCase(Locale.ROOT) + " ").contains(" " + name.substring(RunRecord.LABEL.length()).toLowerCase(Locale.ROOT) + " "))
                .findFirst();
    }

    private static Table summary(List<Reading> readings) {
        List<List<?>> rows = new ArrayList<>();
        readings.forEach(r -> rows.add(List.of(
                r.name(), r.w(), r.fit().toString(), Numbers.percent(r.agreement()), r.saturation().toString(), r.variety().toString(), r.nfe())));
        return new Table("summary", true, List.of("policy", "w", "fit", "label agrees", "saturation", "variety", "NFE"), rows);
    }

    private static Table raw(List<Reading> readings) {
        List<List<?>> rows = new ArrayList<>();
        for (Reading r : readings) {
            for (Picture p : r.pictures()) {
                rows.add(List.of(r.name(), r.w(), p.prompt(), p.seed(), fit(p), ImageMetrics.of(p.image()).saturation(), p.nfe()));
            }
        }
        return new Table("pictures", false, List.of("policy", "w", "prompt", "seed", "fit", "saturation", "nfe"), rows);
    }

    private static Figure against(String name, String label, List<Reading> readings, Function<Reading, Spread> quantity) {
        return figure(name, label + " against the weight", PlotAxis.logarithmic("guidance weight w (each policy's own)"), PlotAxis.fitted(label), readings, Reading::w, quantity);
    }

    private static Figure trade(String name, List<Reading> readings) {
        return figure(
                name,
                "fit to the words against variety",
                PlotAxis.fitted("variety (1 - SSIM between seeds), median"),
                PlotAxis.fitted("fit to the words (cosine)"),
                readings,
                r -> r.variety().median(),
                r -> r.fit());
    }

    private static Figure figure(
            String name, String title, PlotAxis x, PlotAxis y, List<Reading> readings, ToDoubleFunction<Reading> across, Function<Reading, Spread> up) {
        List<Plot.Series> series = WAYS.stream()
                .map(way -> new Plot.Series(
                        way.name(),
                        way.weights().size() == 1 ? Plot.Mark.DOTS : Plot.Mark.LINE_AND_DOTS,
                        of(readings, way.name()).stream().map(r -> Plot.Point.at(across.applyAsDouble(r), up.apply(r).median())).toList()))
                .filter(one -> !one.points().isEmpty())
                .toList();
        return new Figure(name, title, new Plot(title, "Medians.", x, y, series).draw());
    }

    private static Figure pictures(List<Reading> readings) {
        List<Mosaic.Row> rows = WAYS.stream()
                .map(way -> new Mosaic.Row(way.name(), of(readings, way.name()).stream().map(r -> r.pictures().getFirst().image()).toList()))
                .filter(row -> !row.pictures().isEmpty())
                .toList();
        return new Figure("pictures", "One prompt, one noise: weight grows to the right", new Mosaic(List.of(), rows).draw());
    }
}
