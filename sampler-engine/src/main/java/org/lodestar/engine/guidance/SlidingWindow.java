package org.lodestar.engine.guidance;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Crop;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// SWG, sliding window guidance: guides away from what the same net makes of overlapping parts of the picture, none of which shows it the whole.
///
/// ```
/// D := D + s*(D_c - D_parts)     D_parts: D_c of each part of x alone, put together, means where parts overlap
/// ```
///
/// With `where=overlaps` only cells that several parts hold are changed (M-SWG). Parts are [Crop#covering]; at the defaults two along each side, four in all. They are asked with the prompt at
/// the same level, and inputs that tell sizes are told a picture of the part's size. Acts beside CFG and without it. Neutral: `s = 0` or `share = 1`.
///
/// Source: Kaiser et al. 2024, arXiv 2411.10257, and the authors' code, whose parts have 5/8 of the side.
public record SlidingWindow(double s, double share, double overlap, boolean overlaps) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "sliding",
                    "Sliding",
                    "Sliding window guidance (SWG)",
                    "Shows the model your picture piece by piece and steers away from what it makes of the pieces: the whole holds together better. Costs an evaluation per piece.",
                    "D := D + s*(D_c - D_parts)",
                    "arXiv 2411.10257",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.number("s", "Strength", 0, 10, 1, 0.2, 0.01, "How strongly the picture is steered away from the one made in pieces; 0 does nothing."),
                            ParameterSpec.number("share", "Size of a piece", 0.25, 1, 0.625, 0.005, "Share of the picture's width and height that a piece has; 1 is the whole picture and does nothing."),
                            ParameterSpec.number("overlap", "Overlap", 0, 0.75, 0.4, 0.05, "Share of a piece that it has in common with the next one at least; more means more pieces, and more time."),
                            new ParameterSpec.Choice(
                                    "where", "Acts", List.of("everywhere", "overlaps"), "everywhere", "Everywhere, or only where pieces overlap (M-SWG), which leaves the corners alone."))),
            Set.of(Slot.CORRECT),
            "4 more; 1 for each piece, along each side at least (1 - share)/(share*(1 - overlap)) + 1",
            p -> new SlidingWindow(p.number("s"), p.number("share"), p.number("overlap"), p.text("where").equals("overlaps")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public boolean asksParts() {
        return s != 0 && share < 1;
    }

    @Override
    public Evaluation<Insight> inquire(Estimates estimates, PolicyState state) {
        StepContext context = estimates.context();
        List<Crop> parts = Crop.covering(context.x(), share, overlap, context.unit());
        if (!asksParts() || parts.size() == 1) {
            return Evaluation.done(Insight.none(PolicyState.NONE));
        }
        Branch prompt = context.branches().cond();
        List<Query> queries = parts.stream().map(part -> new Query(prompt, part.of(context.x()), context.level())).toList();
        return Evaluation.ask(queries).map(answers -> {
            Latents whole = estimates.of(prompt).denoised();
            Latents joined = Crop.mean(whole, parts, answers.stream().map(Prediction::denoised).toList());
            return new Insight(new Seen(whole, overlaps ? onlyOverlaps(whole, joined, parts) : joined), Collections.nCopies(parts.size(), prompt.name()), List.of());
        });
    }

    private static Latents onlyOverlaps(Latents whole, Latents joined, List<Crop> parts) {
        int[] counts = Crop.counts(whole, parts);
        return whole.like(i -> counts[i % counts.length] > 1 ? joined.at(i) : whole.at(i));
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        return new Corrected(state instanceof Seen(Latents whole, Latents joined) ? LatentOps.addScaledDifference(guided, s, whole, joined) : guided, PolicyState.NONE);
    }

    /// What the net made of the same state, within one evaluation.
    ///
    /// @param whole  seeing all of it
    /// @param joined seeing parts of it
    private record Seen(Latents whole, Latents joined) implements PolicyState {}
}
