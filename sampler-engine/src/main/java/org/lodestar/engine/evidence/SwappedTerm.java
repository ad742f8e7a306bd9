package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.image.Ssim;
import org.lodestar.engine.parameter.Term;

/// Whether taking a concept out of the guidance term leaves pictures alone that have nothing of it.
///
/// Without a replacement `D = D_0 + w*(g - k*e)` with `k = <g,e>/|e|^2`, whose effective weight is `a = w*(1 - k^2|e|^2/|g|^2)`: the share `1 - a/w` that is taken out is the squared cosine of
/// the prompt's push and the concept's.
final class SwappedTerm implements Experiment {
    private static final double ALIKE = 0.05;

    @Override
    public int number() {
        return 13;
    }

    @Override
    public String title() {
        return "Erasing by the guidance term";
    }

    @Override
    public String question() {
        return "When the first prompt's concept is erased from the guidance term, how much do the pictures of that prompt change, and how much those of the others? Beside it: the same concept as a negative prompt.";
    }

    @Override
    public String expected() {
        return "Pictures of other prompts stay as they are (distance 1 - SSIM below " + ALIKE + ") where the concept has no share in their push.";
    }

    /// @param distance 1 - SSIM to plain CFG from the same noise
    /// @param share    of the push that was taken out, mean over the steps
    private record Changed(String way, String prompt, Spread distance, Spread share) {}

    @Override
    public Finding run(Lab lab) {
        Scope scope = lab.scope();
        String concept = scope.prompts().getFirst();
        List<Picture> plain = lab.pictures(scope.cfg());
        List<Picture> erased = lab.pictures(new Term("erase", Map.of("concept", concept)).text() + " + " + scope.cfg().text());
        List<Picture> negative = lab.pictures(scope.cfg().withNegative(concept));
        List<Changed> changes = new ArrayList<>(changes("erased from the guidance term", scope, plain, erased));
        changes.addAll(changes("as a negative prompt", scope, plain, negative));
        List<Changed> swapped = changes.subList(0, scope.prompts().size());
        Spread others = Spread.of(swapped.stream().skip(1).mapToDouble(c -> c.distance.median()).toArray());
        Spread othersNegative = Spread.of(changes.stream().skip(scope.prompts().size() + 1L).mapToDouble(c -> c.distance.median()).toArray());
        Changed own = swapped.getFirst();
        String words = "Erasing \"" + concept + "\" moves the pictures of that prompt by " + Numbers.brief(own.distance.median()) + " (1 - SSIM, median) and those of the others by "
                + Numbers.brief(others.median()) + "; as a negative prompt it moves the others by " + Numbers.brief(othersNegative.median()) + ". It takes " + Numbers.percent(own.share.median())
                + " out of its own prompt's push and " + Numbers.percent(Spread.of(swapped.stream().skip(1).mapToDouble(c -> c.share.median()).toArray()).median())
                + " out of the others', which share what all pictures of this model have in common.";
        List<List<?>> rows = new ArrayList<>();
        changes.forEach(c -> rows.add(List.of(c.way, c.prompt, c.distance.toString(), Double.isNaN(c.share.median()) ? "–" : c.share.toString())));
        List<Mosaic.Row> mosaic = List.of(
                new Mosaic.Row("CFG", AdaptiveSavings.firsts(plain, scope.seeds())),
                new Mosaic.Row("erased: " + concept, AdaptiveSavings.firsts(erased, scope.seeds())),
                new Mosaic.Row("negative: " + concept, AdaptiveSavings.firsts(negative, scope.seeds())));
        return new Finding(
                Verdict.of(others.high() < ALIKE, own.distance.median() > 3 * others.median()),
                words,
                List.of(new Table("summary", true, List.of("concept", "prompt", "distance 1 - SSIM to plain CFG, median (middle half)", "share of the push taken out"), rows)),
                List.of(new Figure("pictures", "First seed of each prompt", new Mosaic(scope.prompts(), mosaic).draw())));
    }

    private static List<Changed> changes(String way, Scope scope, List<Picture> plain, List<Picture> changed) {
        List<Changed> result = new ArrayList<>();
        for (int p = 0; p < scope.prompts().size(); p++) {
            int from = p * scope.seeds();
            double[] distances = IntStream.range(from, from + scope.seeds()).mapToDouble(i -> 1 - Ssim.of(plain.get(i).image(), changed.get(i).image())).toArray();
            double[] shares = IntStream.range(from, from + scope.seeds()).mapToDouble(i -> way.startsWith("erased") ? takenOut(changed.get(i), scope.w()) : Double.NaN).toArray();
            result.add(new Changed(way, scope.prompts().get(p), Spread.of(distances), Spread.of(shares)));
        }
        return result;
    }

    private static double takenOut(Picture picture, double w) {
        return picture.telemetry().stream().mapToDouble(t -> 1 - t.effectiveWeight() / w).filter(share -> !Double.isNaN(share)).average().orElse(Double.NaN);
    }
}
