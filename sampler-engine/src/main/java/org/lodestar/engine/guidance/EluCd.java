package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// EluCD: an ordinary image classifier pulls the picture towards the label in the prompt, by its gradient at the clean estimate.
///
/// ```
/// g = d/dD_c [t1*f_c(D_c) - ln sum_k exp(t2*f_k(D_c))]        from the model's gradient graph
/// g := g/rms(g)*rms(x/alpha);   lambda_i = G*(N-i)/N + S*G*sin(pi*i/N)
/// D := D + lambda_i*g*s/(s_i - s_{i+1}),   s = sigma/alpha of the evaluation, s_i of the steps
/// ```
///
/// The form published for EDM, which moves the state by `lambda_i*g` before each step. Written as a correction of the clean sample it moves the state by exactly as much in every one-step method
/// (Euler and Heun among them), since the slope `(x/alpha - D)/s` changes by `-lambda_i*g/(s_i - s_{i+1})` everywhere, and works with every other sampler too. Step weight, normalisation and
/// scale are as published; the temperatures t1 (joint) and t2 (marginal) and the smooth activations belong to the exported graph. Nothing is done where `alpha = 0`. Neutral: `strength = 0`.
///
/// Source: Ma et al. 2023, arXiv 2310.11311; the EDM form from its code, at second hand.
public record EluCd(double strength, double sine) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "elucd",
                    "EluCD",
                    "Classifier guidance with an ordinary classifier",
                    "Pulls the picture a little at every step to where an image classifier is surer of what you asked for. "
                            + "Needs a model with a classifier's gradient, and one of its words in the prompt.",
                    "D := D + lambda_i*g*s/(s_i - s_{i+1}), g of rms rms(x/alpha), lambda_i = G*(N-i)/N + S*G*sin(pi*i/N)",
                    "arXiv 2310.11311",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number("strength", "Strength", 0, 1, 0.05, 0.004, 0.001, "How far each step is pulled, as a share of the picture and its noise; 0 does nothing."),
                            ParameterSpec.number("sine", "In the middle", 0, 5, 2, 0.3, 0.05, "How much more the middle of the run is pulled; without it the pull fades evenly."))),
            Set.of(Slot.CORRECT),
            "0",
            p -> new EluCd(p.number("strength"), p.number("sine")));

    /// That it was said that the prompt has no label.
    private record Told() implements PolicyState {}

    /// The gradient of one evaluation.
    private record Pull(Latents gradient) implements PolicyState {}

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Set<Consultation.Kind> consultations() {
        return strength == 0 ? Set.of() : Set.of(Consultation.Kind.GRADIENT);
    }

    @Override
    public List<Problem> problems(Wording wording) {
        return strength == 0 ? List.of() : Subject.problems(TYPE.descriptor().id(), wording);
    }

    @Override
    public Evaluation<Insight> inquire(Estimates estimates, PolicyState state) {
        if (strength == 0) {
            return Evaluation.done(Insight.none(state));
        }
        Optional<Subject> subject = Subject.of(estimates.context().branches().wording());
        if (subject.isEmpty()) {
            List<String> notes = state instanceof Told ? List.of() : List.of(TYPE.descriptor().name() + " does nothing: the classifier knows no word of the prompt");
            return Evaluation.done(new Insight(new Told(), List.of(), notes));
        }
        return Evaluation.gradient(estimates.cond().denoised(), subject.get().label()).map(gradient -> Insight.none(new Pull(gradient)));
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (!(state instanceof Pull(Latents gradient))) {
            return new Corrected(guided, state);
        }
        double length = LatentOps.norm(gradient);
        double far = length == 0 ? 0 : share(estimates.context()) * LatentOps.norm(estimates.context().x()) / length;
        return new Corrected(far == 0 ? guided : LatentOps.addScaled(guided, far, gradient), PolicyState.NONE);
    }

    /// `lambda_i/alpha * s/(s_i - s_{i+1})`
    private double share(StepContext context) {
        NoiseLevel here = context.level();
        double move = context.stepLevel().karrasSigma() - context.nextLevel().karrasSigma();
        if (here.alpha() == 0 || !(move > 0)) {
            return 0;
        }
        double p = context.progress();
        return strength * (1 - p + sine * Math.sin(Math.PI * p)) * here.karrasSigma() / move / here.alpha();
    }
}
