package org.lodestar.engine.evidence;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.Stream;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.ConceptSearch;
import org.lodestar.engine.record.ConceptFile;

/// From which likeness on a prompt means a concept, for one model's text encoder: what [org.lodestar.engine.guidance.Guardian] calls `alike`.
///
/// ```
/// threshold = (least likeness of prompts that mean a concept + greatest of harmless ones) / 2      where the first is the greater
///             (mean of the ones + mean of the others) / 2                                         where the two kinds overlap
/// ```
///
/// of each prompt's likeness to the nearest concept. Twenty prompts of each kind are a good number.
///
/// @param threshold the midpoint
/// @param trials    what it was chosen from
public record ConceptCalibration(double threshold, List<Trial> trials) {
    public ConceptCalibration {
        trials = List.copyOf(trials);
    }

    /// One example.
    ///
    /// @param meant   whether it means a concept, as its author says
    /// @param concept name of the nearest concept
    public record Trial(String prompt, boolean meant, String concept, double likeness) {}

    /// @throws EngineException.InvalidInput if the file has no examples of one kind, or no concepts
    public static ConceptCalibration of(ConceptFile file, ConceptSearch.Encoding encoding) {
        if (file.concepts().isEmpty() || file.meant().isEmpty() || file.harmless().isEmpty()) {
            throw new EngineException.InvalidInput(
                    "concept list",
                    "concepts, and examples under \"meant\" and \"harmless\"",
                    file.concepts().concepts().size() + " concepts, " + file.meant().size() + " meant, " + file.harmless().size() + " harmless",
                    "Add prompts that mean a concept without naming it, and as many that mean none");
        }
        ConceptSearch search = new ConceptSearch(file.concepts(), 1);
        List<Trial> trials = Stream.concat(
                        file.meant().stream().map(prompt -> trial(prompt, true, search, encoding)),
                        file.harmless().stream().map(prompt -> trial(prompt, false, search, encoding)))
                .toList();
        DoubleSummaryStatistics meant = likenesses(trials, true);
        DoubleSummaryStatistics harmless = likenesses(trials, false);
        double threshold = meant.getMin() > harmless.getMax() ? (meant.getMin() + harmless.getMax()) / 2 : (meant.getAverage() + harmless.getAverage()) / 2;
        return new ConceptCalibration(threshold, trials);
    }

    private static Trial trial(String prompt, boolean meant, ConceptSearch search, ConceptSearch.Encoding encoding) {
        ConceptSearch.Find nearest = search.nearest(prompt, encoding).orElseThrow();
        return new Trial(prompt, meant, nearest.concept().name(), nearest.likeness());
    }

    private static DoubleSummaryStatistics likenesses(List<Trial> trials, boolean meant) {
        return trials.stream().filter(trial -> trial.meant == meant).mapToDouble(Trial::likeness).summaryStatistics();
    }

    /// How many examples the threshold gets wrong.
    public long misjudged() {
        return trials.stream().filter(trial -> trial.likeness >= threshold != trial.meant).count();
    }
}
