package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// CoRe2 without its companion net: the weak guess is two fitted scalars per step.
///
/// ```
/// g(n_c) = a[i]*n_c + b[i]
/// p < until:   n = g(n_c) + omega*(n_s - g(n_c))      n_s the noise of the rest of the stack
/// p >= until:  n = g(n_c)
/// ```
///
/// Neutral: no fit, or `omega = 1` with `until = 1`. Steps for which the fit has no row are left alone.
///
/// Source: the refine step of CoRe2, arXiv 2503.09662; the affine guess is a stand-in for its net, in the manner of LinearAG.
public record Core2Affine(@Nullable AffineFit fit, WeakToStrong rule) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "core2_affine",
                    "CoRe2 affine",
                    "Refinement past a fitted guess",
                    "Like CoRe2, with a guess of two fitted numbers per step instead of a companion net: any model can have it once it was fitted.",
                    "g(n_c) = a*n_c + b; n = g(n_c) + omega*(n_s - g(n_c)); later n = g(n_c)",
                    "after arXiv 2503.09662",
                    Descriptor.Fidelity.APPROXIMATION,
                    parameters()),
            Set.of(Slot.CURVE, Slot.CORRECT),
            "2; 1 after the refined share",
            p -> new Core2Affine(p.text("fit").isBlank() ? null : AffineFit.parse(p.text("fit")), new WeakToStrong(p.number("omega"), p.number("until"))));

    private static List<ParameterSpec> parameters() {
        List<ParameterSpec> all = new ArrayList<>();
        all.add(new ParameterSpec.Text("fit", "Fitted numbers", "", "What a fit on this model, strength and number of steps has written; empty guides plainly."));
        all.addAll(WeakToStrong.parameters());
        return all;
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Optional<FitKey> fittedFor() {
        return Optional.ofNullable(fit).map(AffineFit::key);
    }

    @Override
    public double curve(StepContext context, double weight) {
        return row(context).isPresent() ? rule.curve(context, weight) : weight;
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        StepContext context = estimates.context();
        Latents cond = estimates.cond().noise();
        return new Corrected(
                row(context).filter(row -> rule.acts(context)).map(row -> rule.refine(context, guided, row.map(cond))).orElse(guided), state);
    }

    /// The coefficients for this step, if there are some.
    private Optional<AffineFit.Row> row(StepContext context) {
        if (fit == null) {
            return Optional.empty();
        }
        fit.key().requireSteps("core2_affine(fit)", context.steps());
        return fit.row(context.step());
    }
}
