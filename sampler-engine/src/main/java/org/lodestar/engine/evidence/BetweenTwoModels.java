package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.image.Plot;
import org.lodestar.engine.image.PlotAxis;
import org.lodestar.engine.image.Ssim;

/// The way from one model to a second one of the same build, along the mean of their weights.
final class BetweenTwoModels implements Experiment {
    private static final List<Double> SHARES = List.of(0.0, 0.25, 0.5, 0.75, 1.0);
    private static final int SEEDS = 2;

    /// @param first  SSIM to the first model's picture, picture by picture
    /// @param second SSIM to the second model's
    private record At(double share, List<Picture> pictures, List<Double> first, List<Double> second) {
        Spread toFirst() {
            return Spread.of(first, s -> s);
        }

        Spread toSecond() {
            return Spread.of(second, s -> s);
        }
    }

    @Override
    public int number() {
        return 14;
    }

    @Override
    public String title() {
        return "Between two models";
    }

    @Override
    public String question() {
        return "Pictures of mixed weights, (1-share)*first + share*second, from the same noise: is the beginning the first model's own picture, and is the way between them smooth?";
    }

    @Override
    public String expected() {
        return "The first model's pictures are met bit for bit; with the share the pictures leave the first model's and come nearer to the second's at every step.";
    }

    @Override
    public Finding run(Lab whole) {
        Lab lab = whole.with(whole.scope().withSeeds(whole.scope().seed(), Math.min(SEEDS, whole.scope().seeds())));
        String cfg = " + " + lab.scope().cfg().text();
        List<Picture> first = lab.pictures(lab.scope().cfg());
        List<Picture> second = lab.pictures("weights(share=1)" + cfg);
        List<At> way = SHARES.stream().map(share -> at(share, lab.pictures("weights(share=" + Numbers.plain(share) + ")" + cfg), first, second)).toList();
        boolean ends = same(way.getFirst().pictures, first);
        boolean leaves = IntStream.range(1, way.size()).allMatch(i -> way.get(i).toFirst().median() <= way.get(i - 1).toFirst().median());
        boolean nears = IntStream.range(1, way.size()).allMatch(i -> way.get(i).toSecond().median() >= way.get(i - 1).toSecond().median());
        String words = "At share 0 the pictures are " + (ends ? "" : "not all ") + "equal bit for bit to those of the first model; at share 1 the second net itself is asked. The median SSIM to the first model's pictures goes from "
                + Numbers.brief(way.getFirst().toFirst().median()) + " to " + Numbers.brief(way.getLast().toFirst().median()) + ", " + (leaves ? "never rising" : "not falling throughout")
                + "; to the second's from " + Numbers.brief(way.getFirst().toSecond().median()) + " to " + Numbers.brief(way.getLast().toSecond().median()) + ", "
                + (nears ? "never falling" : "not rising throughout") + ". " + lab.scope().seeds() + " seeds per prompt.";
        List<List<?>> rows = new ArrayList<>();
        List<List<?>> raw = new ArrayList<>();
        List<Mosaic.Row> mosaic = new ArrayList<>();
        for (At at : way) {
            rows.add(List.of(at.share, at.toFirst().toString(), at.toSecond().toString()));
            mosaic.add(new Mosaic.Row("share " + Numbers.plain(at.share), AdaptiveSavings.firsts(at.pictures, lab.scope().seeds())));
            for (int i = 0; i < at.pictures.size(); i++) {
                raw.add(List.of(at.share, at.pictures.get(i).prompt(), at.pictures.get(i).seed(), at.first.get(i), at.second.get(i)));
            }
        }
        return new Finding(
                Verdict.of(ends, leaves, nears),
                words,
                List.of(
                        new Table("summary", true, List.of("second model's share", "SSIM to the first, median (middle half)", "SSIM to the second, median (middle half)"), rows),
                        new Table("pictures", false, List.of("share", "prompt", "seed", "ssim_first", "ssim_second"), raw)),
                List.of(figure(way), new Figure("pictures", "First seed of each prompt", new Mosaic(lab.scope().prompts(), mosaic).draw())));
    }

    private static At at(double share, List<Picture> pictures, List<Picture> first, List<Picture> second) {
        return new At(share, pictures, likeness(pictures, first), likeness(pictures, second));
    }

    private static List<Double> likeness(List<Picture> pictures, List<Picture> others) {
        return IntStream.range(0, pictures.size()).mapToObj(i -> Ssim.of(pictures.get(i).image(), others.get(i).image())).toList();
    }

    private static boolean same(List<Picture> pictures, List<Picture> others) {
        return IntStream.range(0, pictures.size())
                .allMatch(i -> pictures.get(i).latents().equals(others.get(i).latents()) && pictures.get(i).image().equals(others.get(i).image()));
    }

    private static Figure figure(List<At> way) {
        return new Figure(
                "way",
                "Likeness to both models' pictures against the second model's share",
                new Plot(
                                "The way from one model to the other",
                                "Median and middle half of " + way.getFirst().pictures.size() + " pictures.",
                                PlotAxis.of("second model's share", 0, 1),
                                PlotAxis.fitted("SSIM"),
                                List.of(
                                        new Plot.Series("to the first model's", Plot.Mark.LINE_AND_DOTS, way.stream().map(at -> at.toFirst().at(at.share)).toList()),
                                        new Plot.Series("to the second model's", Plot.Mark.LINE_AND_DOTS, way.stream().map(at -> at.toSecond().at(at.share)).toList())))
                        .draw());
    }
}
