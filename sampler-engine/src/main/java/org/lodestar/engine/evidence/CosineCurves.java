package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;

/// How the estimates with and without the prompt come to agree, in the three spaces that adaptive guidance may look at.
final class CosineCurves implements Experiment {
    private static final List<String> SPACES = List.of("x0", "eps", "x-eps");
    private static final Map<String, String> NAMES = new LinkedHashMap<>(Map.of("x0", "clean picture", "eps", "noise", "x-eps", "state less noise"));

    @Override
    public int number() {
        return 2;
    }

    @Override
    public String title() {
        return "When the prompt stops making a difference";
    }

    @Override
    public String question() {
        return "How alike (cosine) are the estimates with and without the prompt at each step of a CFG run, seen as clean pictures, as noise, and as the state less the noise?";
    }

    @Override
    public String expected() {
        return "Between clean pictures the agreement rises to about 1; between noises it is nearly 1 throughout, which makes thresholds there delicate.";
    }

    @Override
    public Finding run(Lab lab) {
        List<Picture> pictures = lab.pictures(lab.scope().cfg());
        int steps = lab.scope().steps();
        Map<String, List<Spread>> curves = new LinkedHashMap<>();
        for (String space : SPACES) {
            List<double[]> each = pictures.stream().map(p -> curve(p, space)).toList();
            curves.put(space, IntStream.range(0, steps).mapToObj(i -> Spread.of(each, curve -> curve[i])).toList());
        }
        List<Spread> clean = curves.getOrDefault("x0", List.of());
        List<Spread> noise = curves.getOrDefault("eps", List.of());
        boolean rises = clean.getLast().median() > 0.99 && clean.getLast().median() > clean.getFirst().median() + 0.005;
        boolean flat = range(noise) < range(clean) / 2;
        String words = "Between clean pictures the median agreement goes from " + Numbers.brief(clean.getFirst().median()) + " at the first step to "
                + Numbers.brief(clean.getLast().median()) + " at the last; between noises it stays within "
                + Numbers.brief(range(noise)) + " of its greatest value, against " + Numbers.brief(range(clean)) + " between clean pictures.";
        return new Finding(Verdict.of(rises, flat), words, List.of(summary(curves, pictures), raw(pictures)), List.of(figure(curves, pictures.size())));
    }

    /// As in [AgCalibration#curve]; at pure noise the state less the noise is nothing and has no direction.
    private static double[] curve(Picture picture, String space) {
        double[] curve = AgCalibration.curve(picture.telemetry(), space);
        for (int i = 0; i < curve.length; i++) {
            if (space.equals("x-eps") && picture.levels().get(i).alpha() == 0) {
                curve[i] = Double.NaN;
            }
        }
        return curve;
    }

    private static double range(List<Spread> curve) {
        double least = curve.stream().mapToDouble(Spread::median).min().orElse(Double.NaN);
        double most = curve.stream().mapToDouble(Spread::median).max().orElse(Double.NaN);
        return most - least;
    }

    private static Table summary(Map<String, List<Spread>> curves, List<Picture> pictures) {
        List<List<?>> rows = new ArrayList<>();
        int steps = pictures.getFirst().levels().size();
        for (int i = 0; i < steps; i++) {
            List<Object> row = new ArrayList<>(List.of(i + 1, pictures.getFirst().levels().get(i).karrasSigma()));
            for (String space : SPACES) {
                row.add(digits(curves.getOrDefault(space, List.of()).get(i).median()));
            }
            rows.add(row);
        }
        return new Table("curves", true, List.of("step", "sigma/alpha", "clean picture", "noise", "state less noise"), rows);
    }

    /// Cosines near 1 need their digits.
    private static String digits(double cosine) {
        return Double.isNaN(cosine) ? "–" : Numbers.plain(Math.round(cosine * 1e5) / 1e5);
    }

    private static Table raw(List<Picture> pictures) {
        List<List<?>> rows = new ArrayList<>();
        for (Picture picture : pictures) {
            for (int i = 0; i < picture.telemetry().size(); i++) {
                var t = picture.telemetry().get(i);
                rows.add(List.of(picture.prompt(), picture.seed(), i + 1, t.cosineX0(), t.cosineEps(), t.cosineXMinusEps()));
            }
        }
        return new Table("steps", false, List.of("prompt", "seed", "step", "cosine_x0", "cosine_eps", "cosine_x_minus_eps"), rows);
    }

    private static Plot.Point disagreement(Spread cosine, int step) {
        return new Plot.Point(step, 1 - cosine.median(), 1 - cosine.high(), 1 - cosine.low());
    }

    private static Figure figure(Map<String, List<Spread>> curves, int count) {
        List<Plot.Series> series = new ArrayList<>();
        curves.forEach((space, spreads) -> series.add(new Plot.Series(
                NAMES.getOrDefault(space, space), Plot.Mark.LINE, IntStream.range(0, spreads.size()).mapToObj(i -> disagreement(spreads.get(i), i + 1)).toList())));
        return new Figure(
                "cosines",
                "Agreement of the two estimates over the run",
                new Plot(
                                "How the estimates with and without the prompt come together",
                                "Distance from full agreement; median of " + count + " pictures and the middle half of them.",
                                PlotAxis.of("step", 1, Double.NaN),
                                PlotAxis.logarithmic("1 - cosine of the two estimates"),
                                series)
                        .draw());
    }
}
