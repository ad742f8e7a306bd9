package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// LinearAG: estimates the second branch from what was seen before, with coefficients fitted beforehand.
///
/// ```
/// n_r(i) = sum_{j<=i} c[i][j]*n_c(j) + sum_{j<i} r[i][j]*n_r(j)      n_r(j) as asked, else as estimated
/// first half:   even steps ask both, odd steps estimate
/// second half:  D = D_c (second=cond), or estimate at every step (second=linear)
/// ```
///
/// 20 steps cost 25 evaluations. Only first stages estimate. Without a fit it is plain guidance.
///
/// Source: Castillo et al. 2023, arXiv 2312.12487; whether its second half is plain or linear is not settled there, hence a choice.
public record LinearAg(@Nullable LinearFit fit, boolean linearSecondHalf) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "linear_ag",
                    "LinearAG",
                    "Linear adaptive guidance",
                    "Predicts the comparison picture from the steps before instead of asking the model: nearly twice as fast once fitted to a model.",
                    "n_r(i) = sum c[i][j]*n_c(j) + sum r[i][j]*n_r(j); second half D = D_c or estimated",
                    "arXiv 2312.12487",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            new ParameterSpec.Text("fit", "Fitted numbers", "", "What a fit on this model, sampler, strength, size and number of steps has written; empty guides plainly."),
                            new ParameterSpec.Choice(
                                    "second", "Second half", List.of("cond", "linear"), "cond", "Whether the second half goes on without guidance, or guided by prediction."))),
            Set.of(Slot.REFERENCE),
            "1.25 on average once fitted",
            p -> new LinearAg(p.text("fit").isBlank() ? null : LinearFit.parse(p.text("fit")), p.text("second").equals("linear")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Optional<FitKey> fittedFor() {
        return Optional.ofNullable(fit).map(LinearFit::key);
    }

    @Override
    public PolicyState begin() {
        return LinearPast.NONE;
    }

    @Override
    public boolean estimatesReference(StepContext context, PolicyState state) {
        if (fit == null || plain(context)) {
            return fit != null;
        }
        fit.key().requireSteps("linear_ag(fit)", context.steps());
        return !LinearFit.asks(context.step(), fit.steps()) && state instanceof LinearPast past && past.estimates(fit, context);
    }

    @Override
    public Prediction estimateReference(StepContext context, Prediction cond, PolicyState state) {
        return fit == null || plain(context) || !(state instanceof LinearPast past) ? cond : past.estimate(fit, context, cond);
    }

    @Override
    public PolicyState after(Estimates estimates, PolicyState state, List<String> notes) {
        return fit != null && estimates.compared() && state instanceof LinearPast past ? past.after(estimates) : state;
    }

    /// Whether this step goes without guidance.
    private boolean plain(StepContext context) {
        return fit != null && !linearSecondHalf && context.step() >= context.steps() / 2;
    }
}
