package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Term;

/// A guidance weight written down step by step, as a search finds it.
///
/// ```
/// w(i) = entry floor(i*M/N)      M entries, N steps; c means 1 (plain prompt), u means 0 (no prompt)
/// l      w of the fit, with the second branch estimated:  n_r(i) = sum_{j<=i} c[i][j]*n_c(j) + sum_{j<i} r[i][j]*n_r(j)
/// ```
///
/// Steps at `c`, `u` and `l` cost one evaluation; at `l` only first stages estimate. The estimate needs both noises of every step before: at `c` the second one is estimated as well; a step
/// at `u` knows nothing of the prompt, so that `l` cannot follow it, nor be the first.
///
/// Source: the searched policies of Castillo et al. 2023, arXiv 2312.12487, and the linear choice of the same paper.
///
/// @param entries from first to last
/// @param fit     of the estimates; without one no entry is estimated
public record PolicyTable(List<Entry> entries, @Nullable LinearFit fit) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "table",
                    "Table",
                    "Strength written down per step",
                    "Gives every step a strength of its own: for guidance that a search has found, or that you want to place by hand.",
                    "w(i) = entry floor(i*M/N)",
                    "arXiv 2312.12487",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            new ParameterSpec.Text(
                                    "steps",
                                    "Strengths",
                                    "7.5 c",
                                    "Strengths from first to last step, spread evenly over the run; c is the plain prompt, u is without any prompt, l guides by prediction."),
                            new ParameterSpec.Text("fit", "Fitted numbers", "", "For l: what a fit on this model, sampler, size and number of steps has written, the same as for linear guidance."))),
            Set.of(Slot.STRENGTH),
            "2, and 1 at the entries c, u and l",
            p -> of(p.text("steps"), p.text("fit").isBlank() ? null : LinearFit.parse(p.text("fit"))));

    /// The guidance of one step.
    ///
    /// @param weight    1 is the plain prompt, 0 no prompt
    /// @param estimated whether the second branch is estimated instead of asked
    public record Entry(double weight, boolean estimated) {
        /// Guidance whose branches are asked.
        public static Entry asked(double weight) {
            return new Entry(weight, false);
        }

        /// Network evaluations of a step.
        public int cost() {
            return estimated || weight == 1 || weight == 0 ? 1 : 2;
        }

        /// `c`, `u`, `l` or a number.
        public String text() {
            return estimated ? "l" : weight == 1 ? "c" : weight == 0 ? "u" : Descriptor.plain(weight);
        }
    }

    public PolicyTable {
        entries = List.copyOf(entries);
    }

    /// @throws EngineException.InvalidInput if an entry cannot be read, or estimates what is not known there
    private static PolicyTable of(String text, @Nullable LinearFit fit) {
        List<Entry> entries = new ArrayList<>();
        for (String word : text.strip().toLowerCase(Locale.ROOT).split("[\\s,]+", -1)) {
            entries.add(entry(word, text, fit));
        }
        if (fit != null) {
            List<Entry> spread = new ArrayList<>();
            for (int i = 0; i < fit.steps(); i++) {
                spread.add(at(entries, i, fit.steps()));
            }
            if (!canEstimate(spread, fit)) {
                throw new EngineException.InvalidInput(
                        "table(steps)", "l after steps that all know the prompt, where the fit has coefficients, and not at the first step", "\"" + text + "\"", "Ask the model there: write a number or c");
            }
        }
        return new PolicyTable(entries, fit);
    }

    /// Whether the second branch can be estimated at every entry that asks for it.
    ///
    /// @param steps one entry per step, of a whole run or of its beginning
    static boolean canEstimate(List<Entry> steps, LinearFit fit) {
        boolean known = true;
        for (int i = 0; i < steps.size(); i++) {
            Entry entry = steps.get(i);
            boolean row = fit.row(i).isPresent();
            if (entry.estimated && !(known && row && i > 0)) {
                return false;
            }
            known &= entry.cost() == 2 || entry.estimated || (entry.weight == 1 && row);
        }
        return true;
    }

    @Override
    public Set<Slot> slots() {
        return entries.stream().anyMatch(Entry::estimated) ? Set.of(Slot.STRENGTH, Slot.REFERENCE) : TYPE.slots();
    }

    /// It sets the weight by itself: a run under it has none to compare.
    @Override
    public Optional<FitKey> fittedFor() {
        return Optional.ofNullable(fit).map(LinearFit::key).map(FitKey::withoutWeight);
    }

    @Override
    public PolicyState begin() {
        return fit == null ? PolicyState.NONE : LinearPast.NONE;
    }

    @Override
    public double weight(StepContext context) {
        return entry(context).weight;
    }

    @Override
    public boolean needsPromptAtZero() {
        return false;
    }

    @Override
    public boolean estimatesReference(StepContext context, PolicyState state) {
        if (fit == null || !entry(context).estimated) {
            return false;
        }
        fit.key().requireSteps("table(fit)", context.steps());
        return state instanceof LinearPast past && past.estimates(fit, context);
    }

    @Override
    public Prediction estimateReference(StepContext context, Prediction cond, PolicyState state) {
        return fit == null || !(state instanceof LinearPast past) ? cond : past.estimate(fit, context, cond);
    }

    @Override
    public PolicyState after(Estimates estimates, PolicyState state, List<String> notes) {
        if (fit == null || !(state instanceof LinearPast past)) {
            return state;
        }
        return estimates.compared() ? past.after(estimates) : past.afterPrompt(fit, estimates.context(), estimates.cond());
    }

    /// The table as a term to run; it carries the fit only if it uses it.
    public Term term() {
        String steps = entries.stream().map(Entry::text).collect(Collectors.joining(" "));
        return new Term("table", fit == null || entries.stream().noneMatch(Entry::estimated) ? Map.of("steps", steps) : Map.of("steps", steps, "fit", fit.text()));
    }

    private Entry entry(StepContext context) {
        return at(entries, context.step(), context.steps());
    }

    private static Entry at(List<Entry> entries, int step, int steps) {
        return entries.get((int) ((long) step * entries.size() / steps));
    }

    private static Entry entry(String word, String text, @Nullable LinearFit fit) {
        if (word.equals("l")) {
            if (fit == null) {
                throw new EngineException.InvalidInput("table(fit)", "fitted numbers, since the table has l", "none", "Run lodestar calibrate --kind table, or write a number instead of l");
            }
            return new Entry(fit.key().w(), true);
        }
        double weight = switch (word) {
            case "c" -> 1;
            case "u" -> 0;
            default -> number(word);
        };
        if (!(weight >= 0 && weight <= 100)) {
            throw new EngineException.InvalidInput(
                    "table(steps)", "numbers from 0 to 100, c, u or l, separated by blanks", "\"" + word + "\" in \"" + text + "\"", "Write it like 7.5 7.5 c c");
        }
        return Entry.asked(weight);
    }

    private static double number(String word) {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
