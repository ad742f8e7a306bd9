package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.schedule.NoiseLevel;

/// Policies stacked into one guided evaluation: interprets the slots in the order that [GuidancePolicy] writes down.
///
/// Only the branches that matter are asked: the prompt alone where a [Slot#WHEN] part says no, and where the weight is 1 and no part needs the second branch for
/// its own sake. There the estimate is the prompt's, bit for bit; at weight 0 plain CFG asks the reference alone and gives its estimate, bit for bit.
///
/// Stateless. Every stage of a step is given the state that the step began with; stage 0 hands back the state for the next step, later stages hand theirs back as
/// it came, so that momentum and latches count steps.
public final class PolicyStack {

    /// The prompt against the usual second branch.
    private static final GuidancePolicy USUAL = Set::of;

    private final List<GuidancePolicy> parts;
    private final Map<Slot, List<Integer>> filling = new EnumMap<>(Slot.class);
    private final boolean needsPromptAtZero;

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
        needsPromptAtZero = this.parts.stream().anyMatch(GuidancePolicy::needsPromptAtZero);
    }

    /// This stack with one more part.
    ///
    /// @throws IllegalArgumentException as the constructor
    public PolicyStack with(GuidancePolicy more) {
        return new PolicyStack(Stream.concat(parts.stream(), Stream.of(more)).toList());
    }

    /// Whether a part fills `slot`.
    public boolean fills(Slot slot) {
        return !in(slot).isEmpty();
    }

    /// The stack's state before the first step of a new image.
    public PolicyState begin() {
        return new StackState(parts.stream().map(GuidancePolicy::begin).toList(), "");
    }

    /// Texts to encode before the run.
    public List<String> prompts(Wording wording) {
        return parts.stream().flatMap(part -> part.prompts(wording).stream()).distinct().toList();
    }

    /// What in the words of a run keeps its policies from acting.
    public List<Problem> problems(Wording wording) {
        return parts.stream().flatMap(part -> part.problems(wording).stream()).distinct().toList();
    }

    /// How the samples of a batch act together, where a policy says so.
    public Optional<Particles> particles() {
        return parts.stream().flatMap(part -> part.particles().stream()).findFirst();
    }

    /// The nets that its policies ask.
    public Set<Branch.Net> nets() {
        Set<Branch.Net> nets = EnumSet.noneOf(Branch.Net.class);
        parts.forEach(part -> nets.addAll(part.nets()));
        return Set.copyOf(nets);
    }

    /// Whether one of its policies asks about parts of the state alone.
    public boolean asksParts() {
        return parts.stream().anyMatch(GuidancePolicy::asksParts);
    }

    /// What its policies ask the model's companions.
    public Set<Consultation.Kind> consultations() {
        Set<Consultation.Kind> kinds = EnumSet.noneOf(Consultation.Kind.class);
        parts.forEach(part -> kinds.addAll(part.consultations()));
        return Set.copyOf(kinds);
    }

    /// What numbers of its policies were measured on that hold for nothing else.
    public List<FitKey> fittedFor() {
        return parts.stream().flatMap(part -> part.fittedFor().stream()).toList();
    }

    /// One guided evaluation at `where.x()`.
    ///
    /// @param state [#begin()] at the first step, then the `next` of the stage 0 before
    public Evaluation<GuidanceOutcome> evaluate(StepContext where, PolicyState state) {
        if (!(state instanceof StackState own) || own.parts.size() != parts.size()) {
            throw new IllegalArgumentException("not a state of this policy stack: " + state);
        }
        Branches branches = where.branches();
        for (GuidancePolicy part : parts) {
            branches = part.branches(branches);
        }
        StepContext context = where.choosingFrom(branches);
        return isActive(context, own.parts)
                ? sole(Slot.AROUND).around(context, stateOf(Slot.AROUND, own.parts), new Rest(own))
                : inside(context, own, false);
    }

    /// The stack within its [Slot#AROUND] part.
    private final class Rest implements GuidancePolicy.Inner {
        private final StackState state;

        Rest(StackState state) {
            this.state = state;
        }

        @Override
        public Evaluation<GuidanceOutcome> evaluate(StepContext context) {
            return inside(context, state, isActive(context, state.parts));
        }

        @Override
        public Evaluation<GuidanceOutcome> unguided(StepContext context) {
            return inside(context, state, false);
        }

        @Override
        public Evaluation<Prompted> prompt(StepContext context, Branch.Net net, List<Branch> beside) {
            GuidancePolicy conditioning = sole(Slot.CONDITION);
            Conditioned prompt = conditioning.condition(context, stateOf(Slot.CONDITION, state.parts));
            Questions questions = Questions.prompt(context, prompt);
            List<Query> queries = new ArrayList<>();
            questions.queries.forEach(query -> queries.add(net == Branch.Net.MAIN ? query : new Query(query.branch().to(net), query.x(), query.level())));
            beside.forEach(branch -> queries.add(new Query(branch, context.x(), context.level())));
            int own = questions.queries.size();
            return Evaluation.ask(queries).map(answers -> {
                Estimates answered = Estimates.prompt(context, questions.answered(answers.subList(0, own)));
                List<String> names = queries.stream().map(query -> query.branch().name()).toList();
                return new Prompted(prompt.branch(), conditioning.conditioned(answered, prompt.next()), answers.subList(own, answers.size()), names);
            });
        }
    }

    private Evaluation<GuidanceOutcome> inside(StepContext where, StackState state, boolean active) {
        double weight = active ? weight(where) : 1;
        boolean compared = active && (weight != 1 || parts.stream().anyMatch(GuidancePolicy::needsReferenceAtOne));
        if (weight == 0 && !needsPromptAtZero) {
            return unprompted(where, state);
        }
        GuidancePolicy conditioning = sole(Slot.CONDITION);
        Conditioned prompt = conditioning.condition(where, stateOf(Slot.CONDITION, state.parts));
        List<PolicyState> states = with(Slot.CONDITION, prompt.next(), state.parts);
        StepContext context = where.choosingFrom(where.branches().told(prompt.branch()));
        Questions questions = Questions.prompt(context, prompt);
        GuidancePolicy choosing = sole(Slot.REFERENCE);
        PolicyState choosingState = stateOf(Slot.REFERENCE, states);
        boolean estimated = compared && choosing.estimatesReference(context, choosingState);
        Branch second = choosing.reference(context, choosingState);
        if (compared && !estimated) {
            questions.add(second, choosing.referenceLevel(context));
        }
        if (active) {
            for (int i = 0; i < parts.size(); i++) {
                parts.get(i).extras(context, states.get(i)).forEach(extra -> questions.add(extra, context.level()));
            }
        }
        List<String> notes = new ArrayList<>(prompt.notes());
        String silent = estimated || (active && sole(Slot.AROUND).asksBase(context)) ? "" : questions.silentNegative(active, weight);
        if (context.stage() == 0 && silent.isEmpty() != state.negativeSilent.isEmpty()) {
            notes.add(silent.isEmpty() ? "the negative prompt acts from here on" : "the negative prompt has no effect: " + silent);
        }
        return Evaluation.ask(questions.queries).flatMap(answers -> {
            Estimates answered = Estimates.prompt(where, questions.answered(answers));
            Prediction cond = conditioning.conditioned(answered, prompt.next());
            if (!active) {
                Telemetry telemetry = Telemetry.unguided(questions.names(), cond.denoised(), notes);
                return Evaluation.done(new GuidanceOutcome(cond, cond, null, telemetry, state.after(context, states, silent)));
            }
            Prediction reference = estimated ? choosing.estimateReference(context, cond, choosingState) : compared ? answered.of(second) : cond;
            Estimates known = new Estimates(context, cond, reference, compared, answered.answers(), weight);
            return inquire(known, states, 0, List.of()).map(insights -> {
                List<String> names = new ArrayList<>(questions.names());
                insights.forEach(insight -> names.addAll(insight.asked()));
                insights.forEach(insight -> notes.addAll(insight.notes()));
                Estimates found = insights.stream()
                        .flatMap(insight -> Stream.ofNullable(insight.reference()))
                        .findFirst()
                        .map(known::comparedWith)
                        .orElse(known);
                return guided(found, names, state, insights.stream().map(Insight::state).toList(), silent, notes);
            });
        });
    }

    /// What each part finds out, one after the other from part `first` on.
    private Evaluation<List<Insight>> inquire(Estimates estimates, List<PolicyState> states, int first, List<Insight> found) {
        if (first == parts.size()) {
            return Evaluation.done(found);
        }
        return parts.get(first).inquire(estimates, states.get(first)).flatMap(insight -> {
            List<Insight> more = new ArrayList<>(found);
            more.add(insight);
            return inquire(estimates, states, first + 1, more);
        });
    }

    /// Weight 0 where nothing else looks at the estimates: the second branch alone.
    private static Evaluation<GuidanceOutcome> unprompted(StepContext context, StackState state) {
        Branch base = context.branches().base();
        return Evaluation.ask(new Query(base, context.x(), context.level()))
                .map(only -> new GuidanceOutcome(only, null, only, Telemetry.unprompted(List.of(base.name()), only.denoised()), state));
    }

    private boolean isActive(StepContext context, List<PolicyState> states) {
        return in(Slot.WHEN).stream().allMatch(i -> parts.get(i).active(context, states.get(i)));
    }

    /// What is asked at one evaluation: the prompt first, then the second branch if it is asked, then the rest, each branch once.
    private record Questions(StepContext context, List<Query> queries) {
        /// What the prompt's estimate is made from.
        static Questions prompt(StepContext context, Conditioned prompt) {
            Questions questions = new Questions(context, new ArrayList<>());
            questions.add(prompt.branch(), context.level());
            prompt.also().forEach(also -> questions.add(also, context.level()));
            return questions;
        }

        void add(Branch branch, NoiseLevel level) {
            if (queries.stream().noneMatch(query -> query.branch().equals(branch))) {
                queries.add(new Query(branch, context.x(), level));
            }
        }

        List<String> names() {
            return queries.stream().map(query -> query.branch().name()).toList();
        }

        List<Estimates.Answer> answered(List<Prediction> answers) {
            return IntStream.range(0, answers.size())
                    .mapToObj(i -> new Estimates.Answer(queries.get(i).branch(), answers.get(i)))
                    .toList();
        }

        /// Why a negative prompt that was given does nothing here; empty where it acts, or none was given.
        String silentNegative(boolean active, double weight) {
            Branch negative = context.branches().base();
            if (!context.branches().hasNegative() || queries.stream().anyMatch(query -> query.branch().equals(negative))) {
                return "";
            }
            if (queries.getFirst().branch().net() == Branch.Net.DISTILLED) {
                return "a net that guides itself knows only the prompt";
            }
            if (!active) {
                return "guidance is off at this step";
            }
            return weight == 1 ? "the strength is 1" : "guidance compares with something else at this step";
        }
    }

    private double weight(StepContext context) {
        double weight = sole(Slot.STRENGTH).weight(context);
        for (int i : in(Slot.CURVE)) {
            weight = parts.get(i).curve(context, weight);
        }
        return weight;
    }

    @SuppressWarnings("ReferenceEquality") // A correction that does nothing hands its argument back; comparing values would cost a pass and mean the same.
    private GuidanceOutcome guided(
            Estimates estimates, List<String> asked, StackState state, List<PolicyState> states, String silent, List<String> notes) {
        StepContext context = estimates.context();
        List<PolicyState> next = new ArrayList<>(states);

        Filtered applied = estimates.compared() ? filter(estimates, states, next) : null;
        Latents combined = applied == null ? estimates.cond().denoised() : combine(estimates, applied.difference());
        Latents denoised = combined;
        for (int i : in(Slot.CORRECT)) {
            Corrected corrected = parts.get(i).correct(estimates, denoised, states.get(i));
            denoised = corrected.guided();
            next.set(i, corrected.next());
        }
        boolean linear = denoised == combined && (!estimates.compared() || (in(Slot.FILTER).isEmpty() && in(Slot.COMBINE).isEmpty()));
        Latents noise = noise(estimates, denoised, linear);

        if (context.stage() == 0) {
            for (int i = 0; i < parts.size(); i++) {
                next.set(i, parts.get(i).after(estimates, next.get(i), notes));
            }
        }
        Telemetry telemetry = applied == null && linear
                ? Telemetry.unguided(asked, denoised, notes)
                : Telemetry.guided(asked, estimates, applied, denoised, linear, notes);
        return new GuidanceOutcome(
                new Prediction(denoised, noise),
                estimates.cond(),
                estimates.compared() ? estimates.reference() : null,
                telemetry,
                state.after(context, next, silent));
    }

    private Filtered filter(Estimates estimates, List<PolicyState> states, List<PolicyState> next) {
        Filtered current = Filtered.of(
                Combination.difference(estimates.cond().denoised(), estimates.reference().denoised()), PolicyState.NONE);
        for (int i : in(Slot.FILTER)) {
            Filtered filtered = parts.get(i).filter(estimates, current.difference(), states.get(i));
            next.set(i, filtered.next());
            current = filtered.withNumbersOf(current);
        }
        return current;
    }

    private Latents combine(Estimates estimates, Combination difference) {
        if (!in(Slot.COMBINE).isEmpty()) {
            return sole(Slot.COMBINE).combine(estimates, difference.latents());
        }
        if (!in(Slot.FILTER).isEmpty()) {
            return difference.addedTo(estimates.cond().denoised(), estimates.weight() - 1);
        }
        return mix(estimates.reference().denoised(), estimates.cond().denoised(), estimates.weight());
    }

    /// The noise that belongs to `denoised`. A linear rule combines the two noises just as it combined the clean samples: no cancellation at low noise, where
    /// `alpha/sigma` is large, and right at `alpha = 0`, where the clean samples of a noise-predicting net carry nothing. Any other rule moves the prompt's own
    /// noise by what was changed, `n_c - (alpha/sigma)*(D - D_c)`: exact, and finite wherever the prompt's estimate is.
    private Latents noise(Estimates estimates, Latents denoised, boolean linear) {
        if (!in(Slot.COUPLE).isEmpty()) {
            return sole(Slot.COUPLE).couple(estimates, denoised);
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

    /// The part in a slot that takes one, or one that does the usual thing.
    private GuidancePolicy sole(Slot slot) {
        List<Integer> found = in(slot);
        return found.isEmpty() ? USUAL : parts.get(found.getFirst());
    }

    private PolicyState stateOf(Slot slot, List<PolicyState> states) {
        List<Integer> found = in(slot);
        return found.isEmpty() ? PolicyState.NONE : states.get(found.getFirst());
    }

    /// `states` with that of the slot's part, if there is one, replaced.
    private List<PolicyState> with(Slot slot, PolicyState next, List<PolicyState> states) {
        List<PolicyState> all = new ArrayList<>(states);
        in(slot).forEach(i -> all.set(i, next));
        return all;
    }

    /// @param parts          one state per part, in their order
    /// @param negativeSilent why the negative prompt did nothing at the last step, or ""
    private record StackState(List<PolicyState> parts, String negativeSilent) implements PolicyState {
        StackState {
            parts = List.copyOf(parts);
        }

        StackState after(StepContext context, List<PolicyState> next, String silent) {
            return context.stage() == 0 ? new StackState(next, silent) : this;
        }
    }
}
