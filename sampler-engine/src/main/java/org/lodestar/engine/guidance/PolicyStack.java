package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;

/// Policies stacked into one guided evaluation: interprets the slots in the order that [GuidancePolicy] writes down.
///
/// Only the branches that matter are asked: the prompt alone where a [Slot#WHEN] part says no, and where the weight is 1 and no part needs the second branch for
/// its own sake. There the estimate is the prompt's, bit for bit; at weight 0 plain CFG gives the reference's, bit for bit.
///
/// Stateless. Every stage of a step is given the state that the step began with; stage 0 hands back the state for the next step, later stages hand theirs back as
/// it came, so that momentum and latches count steps.
public final class PolicyStack {

    private final List<GuidancePolicy> parts;
    private final Map<Slot, List<Integer>> filling = new EnumMap<>(Slot.class);

    /// @param parts in the order written; one fills [Slot#STRENGTH], and no slot that takes one part is filled twice
    /// @throws IllegalArgumentException if the slots are not filled so; [org.lodestar.engine.catalog.Catalog#policy] says it in words
    public PolicyStack(List<GuidancePolicy> parts) {
        this.parts = List.copyOf(parts);
        for (Slot slot : Slot.values()) {
            List<Integer> found = IntStream.range(0, parts.size()).filter(i -> parts.get(i).slots().contains(slot)).boxed().toList();
            if (slot.takesOne() && found.size() > 1) {
                throw new IllegalArgumentException(found.size() + " policies for " + slot);
            }
            filling.put(slot, found);
        }
        if (in(Slot.STRENGTH).isEmpty()) {
            throw new IllegalArgumentException("no policy sets the guidance weight");
        }
    }

    /// The stack's state before the first step of a new image.
    public PolicyState begin() {
        return new StackState(parts.stream().map(GuidancePolicy::begin).toList());
    }

    /// Texts to encode before the run.
    public List<String> prompts() {
        return parts.stream().flatMap(part -> part.prompts().stream()).distinct().toList();
    }

    /// One guided evaluation at `context.x()`.
    ///
    /// @param state [#begin()] at the first step, then the `next` of the stage 0 before
    public Evaluation<GuidanceOutcome> evaluate(StepContext context, PolicyState state) {
        if (!(state instanceof StackState own) || own.parts.size() != parts.size()) {
            throw new IllegalArgumentException("not a state of this policy stack: " + state);
        }
        List<Integer> around = in(Slot.AROUND);
        if (around.isEmpty()) {
            return inside(context, own);
        }
        int wrapper = around.getFirst();
        return parts.get(wrapper).around(context, own.parts.get(wrapper), inner -> inside(inner, own));
    }

    private Evaluation<GuidanceOutcome> inside(StepContext context, StackState state) {
        List<PolicyState> states = state.parts;
        List<Branch> asked = new ArrayList<>(List.of(context.branches().cond()));
        boolean active = in(Slot.WHEN).stream().allMatch(i -> parts.get(i).active(context, states.get(i)));
        double weight = active ? weight(context) : 1;
        boolean compared = active && (weight != 1 || parts.stream().anyMatch(GuidancePolicy::needsReferenceAtOne));
        if (compared) {
            asked.add(reference(context, states));
        }
        if (active) {
            for (int i = 0; i < parts.size(); i++) {
                parts.get(i).extras(context, states.get(i)).stream().filter(extra -> !asked.contains(extra)).forEach(asked::add);
            }
        }
        List<Query> queries = asked.stream().map(branch -> new Query(branch, context.x(), context.level())).toList();
        return Evaluation.ask(queries).map(answers -> {
            if (!active) {
                return unguided(asked, answers.getFirst(), state);
            }
            Map<Branch, Prediction> others = new HashMap<>();
            for (int i = 0; i < asked.size(); i++) {
                others.put(asked.get(i), answers.get(i));
            }
            Prediction cond = answers.getFirst();
            Prediction reference = compared ? answers.get(1) : cond;
            return guided(new Estimates(context, cond, reference, compared, others, weight), asked, state);
        });
    }

    private double weight(StepContext context) {
        double weight = parts.get(in(Slot.STRENGTH).getFirst()).weight(context);
        for (int i : in(Slot.CURVE)) {
            weight = parts.get(i).curve(context, weight);
        }
        return weight;
    }

    private Branch reference(StepContext context, List<PolicyState> states) {
        List<Integer> choosing = in(Slot.REFERENCE);
        return choosing.isEmpty()
                ? context.branches().base()
                : parts.get(choosing.getFirst()).reference(context, states.get(choosing.getFirst()));
    }

    private static GuidanceOutcome unguided(List<Branch> asked, Prediction cond, StackState state) {
        Telemetry telemetry = Telemetry.unguided(names(asked), cond.denoised(), List.of());
        return new GuidanceOutcome(cond, cond, null, telemetry, state);
    }

    @SuppressWarnings("ReferenceEquality") // A correction that does nothing hands its argument back; comparing values would cost a pass and mean the same.
    private GuidanceOutcome guided(Estimates estimates, List<Branch> asked, StackState state) {
        StepContext context = estimates.context();
        List<PolicyState> states = state.parts;
        List<PolicyState> next = new ArrayList<>(states);

        Filtered applied = estimates.compared() ? filter(estimates, states, next) : null;
        Latents combined = applied == null ? estimates.cond().denoised() : combine(estimates, applied.difference());
        Latents denoised = combined;
        for (int i : in(Slot.CORRECT)) {
            denoised = parts.get(i).correct(estimates, denoised);
        }
        boolean linear = denoised == combined && (!estimates.compared() || (in(Slot.FILTER).isEmpty() && in(Slot.COMBINE).isEmpty()));
        Latents noise = noise(estimates, denoised, linear);

        List<String> notes = new ArrayList<>();
        if (context.stage() == 0) {
            for (int i = 0; i < parts.size(); i++) {
                next.set(i, parts.get(i).after(estimates, next.get(i), notes));
            }
        }
        Telemetry telemetry = applied == null && asked.size() == 1 && linear
                ? Telemetry.unguided(names(asked), denoised, notes)
                : Telemetry.guided(names(asked), estimates, applied, denoised, linear, notes);
        return new GuidanceOutcome(
                new Prediction(denoised, noise),
                estimates.cond(),
                estimates.compared() ? estimates.reference() : null,
                telemetry,
                state.after(context, next));
    }

    private Filtered filter(Estimates estimates, List<PolicyState> states, List<PolicyState> next) {
        Filtered current = Filtered.of(
                LatentOps.subtract(estimates.cond().denoised(), estimates.reference().denoised()), PolicyState.NONE);
        for (int i : in(Slot.FILTER)) {
            Filtered filtered = parts.get(i).filter(estimates, current.difference(), states.get(i));
            next.set(i, filtered.next());
            current = filtered.withNumbersOf(current);
        }
        return current;
    }

    private Latents combine(Estimates estimates, Latents difference) {
        if (!in(Slot.COMBINE).isEmpty()) {
            return parts.get(in(Slot.COMBINE).getFirst()).combine(estimates, difference);
        }
        if (!in(Slot.FILTER).isEmpty()) {
            return LatentOps.addScaled(estimates.cond().denoised(), estimates.weight() - 1, difference);
        }
        return mix(estimates.reference().denoised(), estimates.cond().denoised(), estimates.weight());
    }

    /// The noise that belongs to `denoised`. A linear rule combines the two noises just as it combined the clean samples: no cancellation at low noise, where
    /// `alpha/sigma` is large, and right at `alpha = 0`, where the clean samples of a noise-predicting net carry nothing. Any other rule moves the prompt's own
    /// noise by what was changed, `n_c - (alpha/sigma)*(D - D_c)`: exact, and finite wherever the prompt's estimate is.
    private Latents noise(Estimates estimates, Latents denoised, boolean linear) {
        if (!in(Slot.COUPLE).isEmpty()) {
            return parts.get(in(Slot.COUPLE).getFirst()).couple(estimates, denoised);
        }
        Latents noise = estimates.cond().noise();
        if (linear) {
            return mix(estimates.reference().noise(), noise, estimates.weight());
        }
        double alpha = estimates.context().level().alpha();
        double sigma = estimates.context().level().sigma();
        if (alpha == 0 || sigma == 0) {
            return noise;
        }
        return LatentOps.addScaledDifference(noise, -alpha / sigma, denoised, estimates.cond().denoised());
    }

    /// `from + w*(to - from)`, exactly `from` at 0 and exactly `to` at 1.
    private static Latents mix(Latents from, Latents to, double w) {
        if (w == 0) {
            return from;
        }
        return w == 1 ? to : LatentOps.extrapolate(from, to, w);
    }

    private List<Integer> in(Slot slot) {
        return filling.getOrDefault(slot, List.of());
    }

    private static List<String> names(List<Branch> branches) {
        return branches.stream().map(Branch::name).toList();
    }

    /// One state per part, in their order.
    private record StackState(List<PolicyState> parts) implements PolicyState {
        StackState {
            parts = List.copyOf(parts);
        }

        StackState after(StepContext context, List<PolicyState> next) {
            return context.stage() == 0 ? new StackState(next) : this;
        }
    }
}
