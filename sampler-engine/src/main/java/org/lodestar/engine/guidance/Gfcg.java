package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// GFCG, gradient-free classifier guidance: guides away from what a classifier takes the picture for, as far as it is in doubt.
///
/// ```
/// p = softmax(logits(D_c)/T),  logits := memory*before + (1-memory)*logits
/// c = label in the prompt;  r = argmax_{k != c} p_k, kept until p_new > hysteresis*p_old
/// w_t = 1 + (w-1)*(1 - p_c)                          by doubt
/// w_t = 1 + (w-1)*min(1, 2*p_r/(p_r + p_c))          by rival
/// beside=added:    D := D + (w_t-1)*(D_c - D_r)      D_r under the prompt with r in place of c; nothing where p_c >= tau, or before `from`
/// beside=instead:  D  = D_c + (w_t-1)*(D_c - D_r)    in place of CFG where p_c < tau; CFG as set elsewhere, so that no step costs more than CFG
/// ```
///
/// Added, it stands alone with `cfg(w=1)`, beside CFG, and beside autoguidance: `net=weak` asks the weak net for `D_r`. Instead of CFG it belongs last among the filters of a stack. All prompts that may be needed are encoded before the run.
/// Neutral: `w = 1`, `tau = 0`.
///
/// Source: rebuilt from the abstract of arXiv 2411.15393: that a classifier without gradient picks reference class and strength at every step is theirs, the formulas are not known to be.
///
/// @param max        greatest strength
/// @param tau        certainty that is enough
/// @param from       share of the steps without it
/// @param weak       whether the weak net is asked about the reference
/// @param byRival    whether the strength follows the strongest rival instead of the doubt
/// @param instead    whether it takes the place of CFG while there is doubt
public record Gfcg(double max, double tau, double from, boolean weak, boolean byRival, double temperature, double hysteresis, double memory, boolean instead)
        implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "gfcg",
                    "GFCG",
                    "Gradient-free classifier guidance",
                    "Lets an image classifier watch, and pushes the picture away from what else it could be taken for while there is doubt. "
                            + "Needs a model with a classifier, and one of its words in the prompt.",
                    "D := D + (w_t-1)*(D_c - D_r), w_t = 1 + (w-1)*(1 - p_c), r the likeliest other label",
                    "arXiv 2411.15393",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number("w", "Greatest strength", 1, 100, 10, 3, 0.1, "How hard it pushes while the classifier sees something else entirely; 1 does nothing."),
                            ParameterSpec.number("tau", "Sure enough", 0, 1, 0.95, 0.01, "From this certainty on the picture is left alone, which also saves time."),
                            ParameterSpec.number("from", "Start", 0, 1, 0.25, 0.01, "Share of the steps before the classifier is asked: early pictures are too blurred to judge."),
                            new ParameterSpec.Choice(
                                    "net", "Asked", List.of("main", "weak"), "main", "Who paints what to stay away from: the model itself, or its weak version as in autoguidance."),
                            new ParameterSpec.Choice(
                                    "strength", "Strength follows", List.of("doubt", "rival"), "doubt", "All doubt about the picture, or only the likeliest mistake."),
                            ParameterSpec.number("temperature", "Temperature", 0.05, 20, 5, 1, 0.05, "Above 1 the classifier counts as less sure of itself, below 1 as surer."),
                            ParameterSpec.number("hysteresis", "Stays with a rival", 1, 10, 5, 1.5, 0.1, "How many times likelier another mistake must be before the direction changes."),
                            ParameterSpec.number("memory", "Memory", 0, 0.95, 0, 0.05, "Share of the earlier steps' verdicts in each verdict; steadies a nervous classifier."),
                            new ParameterSpec.Choice(
                                    "beside", "Beside CFG", List.of("added", "instead"), "added",
                                    "Whether it is added to CFG at the cost of one more evaluation, or takes CFG's place while there is doubt, at the cost of CFG."))),
            Set.of(Slot.CORRECT),
            "1 more while in doubt; none more instead of CFG",
            p -> new Gfcg(
                    p.number("w"), p.number("tau"), p.number("from"), p.text("net").equals("weak"), p.text("strength").equals("rival"), p.number("temperature"),
                    p.number("hysteresis"), p.number("memory"), p.text("beside").equals("instead")));

    /// @param logits    smoothed; empty before the first verdict
    /// @param reference label guided away from, or -1 where nothing is done
    /// @param told      whether it was said that the prompt has no label
    private record Memory(List<Double> logits, int reference, boolean told) implements PolicyState {}

    /// The reference of one evaluation.
    private record Chosen(Prediction reference, double weight, Memory next) implements PolicyState {}

    /// What the classifier decides.
    ///
    /// @param branch what to guide away from; null where there is nothing to do
    /// @param weight w_t
    private record Verdict(@Nullable Branch branch, double weight, Memory next, List<String> notes) {}

    @Override
    public PolicyState begin() {
        return new Memory(List.of(), -1, false);
    }

    @Override
    public Set<Slot> slots() {
        return instead ? Set.of(Slot.REFERENCE, Slot.FILTER, Slot.COMBINE) : TYPE.slots();
    }

    @Override
    public boolean needsReferenceAtOne() {
        return instead && !isNeutral();
    }

    /// The classifier chooses what is asked.
    @Override
    public boolean estimatesReference(StepContext context, PolicyState state) {
        return instead && watches(context) && Subject.of(context.branches().wording()).isPresent();
    }

    @Override
    public Set<Branch.Net> nets() {
        return weak && !isNeutral() ? Set.of(Branch.Net.MAIN, Branch.Net.WEAK) : Set.of(Branch.Net.MAIN);
    }

    @Override
    public Set<Consultation.Kind> consultations() {
        return isNeutral() ? Set.of() : Set.of(Consultation.Kind.CLASSES);
    }

    @Override
    public List<Problem> problems(Wording wording) {
        return isNeutral() ? List.of() : Subject.problems(TYPE.descriptor().id(), wording);
    }

    @Override
    public List<String> prompts(Wording wording) {
        return isNeutral() ? List.of() : Subject.of(wording).stream().flatMap(subject -> wording.labels().stream().map(subject::with)).toList();
    }

    @Override
    public Evaluation<Insight> inquire(Estimates estimates, PolicyState state) {
        if (!watches(estimates.context()) || !(state instanceof Memory known)) {
            return Evaluation.done(Insight.none(state));
        }
        Optional<Subject> subject = Subject.of(estimates.context().branches().wording());
        if (subject.isEmpty()) {
            List<String> notes = known.told ? List.of() : List.of(TYPE.descriptor().name() + " does nothing: the classifier knows no word of the prompt");
            return Evaluation.done(new Insight(new Memory(List.of(), -1, true), List.of(), notes));
        }
        return Evaluation.classify(estimates.cond().denoised())
                .flatMap(logits -> asked(estimates, verdict(estimates.context().branches(), subject.get(), known, logits)));
    }

    /// The verdict's reference; without one, and instead of CFG, that of CFG.
    private Evaluation<Insight> asked(Estimates estimates, Verdict verdict) {
        if (verdict.branch == null && !instead) {
            return Evaluation.done(new Insight(verdict.next, List.of(), verdict.notes));
        }
        StepContext context = estimates.context();
        Branch branch = verdict.branch == null ? context.branches().base() : verdict.branch;
        double weight = verdict.branch == null ? estimates.weight() : verdict.weight;
        return Evaluation.ask(new Query(branch, context.x(), context.level()))
                .map(answer -> new Insight(new Chosen(answer, weight, verdict.next), List.of(branch.name()), verdict.notes, instead ? answer : null));
    }

    private Verdict verdict(Branches branches, Subject subject, Memory known, List<Double> logits) {
        List<String> labels = branches.wording().labels();
        List<Double> smoothed = smoothed(known.logits, logits);
        double[] p = softmax(smoothed);
        double wanted = p[subject.label()];
        int reference = reference(p, subject.label(), known.reference);
        double weight = reference < 0 || wanted >= tau ? 1 : weight(wanted, p[reference]);
        if (weight == 1) {
            List<String> notes = known.reference < 0 ? List.of() : List.of("no doubt left: " + seen(labels, subject.label(), wanted));
            return new Verdict(null, 1, new Memory(smoothed, -1, false), notes);
        }
        String rests = instead && branches.hasNegative() ? "; the negative prompt has no effect meanwhile" : "";
        List<String> notes = reference == known.reference
                ? List.of()
                : List.of(String.format(
                        Locale.ROOT, "guides away from %s at strength %.2f: %s%s", labels.get(reference), weight, seen(labels, subject.label(), wanted), rests));
        Branch branch = branches.prompt(subject.with(labels.get(reference)));
        return new Verdict(weak ? branch.to(Branch.Net.WEAK) : branch, weight, new Memory(smoothed, reference, false), notes);
    }

    private static String seen(List<String> labels, int label, double probability) {
        return String.format(Locale.ROOT, "the classifier sees %s with %.0f %%", labels.get(label), 100 * probability);
    }

    private List<Double> smoothed(List<Double> before, List<Double> logits) {
        if (before.size() != logits.size()) {
            return logits;
        }
        List<Double> result = new ArrayList<>(logits.size());
        for (int k = 0; k < logits.size(); k++) {
            result.add(memory * before.get(k) + (1 - memory) * logits.get(k));
        }
        return result;
    }

    private double[] softmax(List<Double> logits) {
        double most = logits.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        double[] p = logits.stream().mapToDouble(logit -> Math.exp((logit - most) / temperature)).toArray();
        double sum = 0;
        for (double value : p) {
            sum += value;
        }
        for (int k = 0; k < p.length; k++) {
            p[k] /= sum;
        }
        return p;
    }

    /// The likeliest label but the wanted one; -1 if there is no other.
    private int reference(double[] p, int wanted, int before) {
        int best = -1;
        for (int k = 0; k < p.length; k++) {
            if (k != wanted && (best < 0 || p[k] > p[best])) {
                best = k;
            }
        }
        boolean stays = before >= 0 && before < p.length && before != wanted && !(p[best] > hysteresis * p[before]);
        return stays ? before : best;
    }

    private double weight(double wanted, double other) {
        double doubt = byRival ? (wanted + other == 0 ? 1 : Math.min(1, 2 * other / (wanted + other))) : 1 - wanted;
        return 1 + (max - 1) * doubt;
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (!(state instanceof Chosen chosen)) {
            return new Corrected(guided, state);
        }
        Latents away = LatentOps.addScaledDifference(guided, chosen.weight - 1, estimates.cond().denoised(), chosen.reference.denoised());
        return new Corrected(away, chosen.next);
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        return state instanceof Chosen chosen
                ? Filtered.of(LatentOps.scale(chosen.weight - 1, difference.latents()), chosen.next)
                : Filtered.of(LatentOps.scale(estimates.weight() - 1, difference.latents()), state);
    }

    /// The difference is weighted already.
    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return LatentOps.add(estimates.cond().denoised(), difference);
    }

    /// Whether the classifier is asked at this step.
    private boolean watches(StepContext context) {
        return !isNeutral() && context.within(from, 1);
    }

    private boolean isNeutral() {
        return max == 1 || tau == 0;
    }
}
