package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;

/// FBG, feedback guidance: keeps an estimate p of how likely the picture so far is to be one of the prompt's, and guides the more, the less likely it is.
///
/// ```
/// w_t = min(w, p/(p - (1-pi))),  w where p <= 1-pi;   D = D_r + w_t*(D_c - D_r)
/// ln p := ln p - d + heed*d*(v_1/v)*(|x - m_r|^2 - |x - m_c|^2)*16384/(10*n),   kept between ln((1-pi)*w/(w-1)) and 0; p = 1 at first
/// m = q*x' + (1-q)*D',  v = q*(s'^2 - s^2),  q = s^2/s'^2      where the step before (primes) expected x; x stands for x/alpha, s for sigma/alpha
/// d = -ln(3/2*(1-pi))/((1-t0)*N)              v_1 = v of the step at time t1; n values; N steps
/// ```
///
/// Left to itself, p falls so that the strength reaches 3 at time t0 (1 is the start of the run); a picture that moves where the prompt leads raises p and is
/// guided less, at most down to `1/pi`. The source reckons with a net that is a mixture: pi parts prompt, the rest none. Only the first stage of a step changes
/// p. The strength stands in the telemetry as the effective weight.
///
/// Source: Koulischer et al. 2025, arXiv 2506.06085, rebuilt from secondary sources: the strength and the parameters are theirs; the feedback's scale (10 for
/// 16384 values) and the bounds may differ.
///
/// @param max  greatest strength
/// @param pi   how well the net is taken to know the prompt, 0..1
/// @param t0   time at which the strength reaches 3 unless something is learnt
/// @param t1   time at which feedback is weighed as given
/// @param heed how much feedback counts; 0 leaves a strength that follows from the time alone
public record FeedbackGuidance(double max, double pi, double t0, double t1, double heed) implements GuidancePolicy {

    private static final double REACHED = 3;
    private static final double VALUES_PER_UNIT = 16384 / 10.0;

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "fbg",
                    "FBG",
                    "Feedback guidance",
                    "Watches whether the picture is heading for your words by itself and guides only as much as it takes: little where all goes well, firmly "
                            + "where it strays.",
                    "w_t = min(w, p/(p - (1-pi))), p the likelihood of the prompt so far; D = D_r + w_t*(D_c - D_r)",
                    "arXiv 2506.06085",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number(
                                    "w", "Greatest strength", 1.2, 100, 20, 10, 0.1,
                                    "The strength it never goes beyond, however far the picture strays."),
                            ParameterSpec.number(
                                    "pi", "Trust", 0.4, 0.99, 0.85, 0.01,
                                    "How well the model is thought to know your words by itself: less trust guides more."),
                            ParameterSpec.number(
                                    "t0", "Sets in at", 0, 0.95, 0.75, 0.01,
                                    "Where the strength reaches 3 if nothing speaks for the picture: 1 is the start of the run, 0 its end."),
                            ParameterSpec.number(
                                    "t1", "Listens at", 0, 0.95, 0.5, 0.01,
                                    "Where the picture's own progress begins to count: 1 is the start of the run, 0 its end."),
                            ParameterSpec.number(
                                    "heed", "Heed", 0, 10, 2, 1, 0.05,
                                    "How much the picture's own progress counts: 0 guides by the clock alone, more eases off sooner."))),
            Set.of(Slot.STRENGTH, Slot.FILTER, Slot.COMBINE),
            "2",
            p -> new FeedbackGuidance(p.number("w"), p.number("pi"), p.number("t0"), p.number("t1"), p.number("heed")));

    /// What was expected of the step after `step`.
    ///
    /// @param logLikelihood ln p up to that step
    private record Expected(double logLikelihood, int step, Latents x, Latents cond, Latents reference) implements PolicyState {}

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public double weight(StepContext context) {
        return max;
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        StepContext context = estimates.context();
        double known = logLikelihood(context, state);
        Expected next = new Expected(known, context.step(), context.x(), estimates.cond().denoised(), estimates.reference().denoised());
        return Filtered.of(LatentOps.scale(strength(known) / max, difference.latents()), next);
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return estimates.fromReference(difference);
    }

    private double strength(double logLikelihood) {
        double p = Math.exp(logLikelihood);
        return p <= 1 - pi ? max : Math.min(max, p / (p - (1 - pi)));
    }

    /// ln p here; what it was at the step's beginning at later stages.
    private double logLikelihood(StepContext context, PolicyState state) {
        if (!(state instanceof Expected before)) {
            return 0;
        }
        if (context.stage() > 0 || before.step + 1 != context.step()) {
            return before.logLikelihood;
        }
        double fall = -Math.log((1 - pi) * REACHED / (REACHED - 1)) / ((1 - t0) * context.steps());
        double gain = heed * fall * feedback(context, before) * VALUES_PER_UNIT / context.x().size();
        double least = Math.min(0, Math.log((1 - pi) * max / (max - 1)));
        return Math.clamp(before.logLikelihood - fall + gain, least, 0);
    }

    /// `(v_1/v)*(|x - m_r|^2 - |x - m_c|^2)`
    private double feedback(StepContext context, Expected before) {
        StepGrid grid = context.grid();
        NoiseLevel from = grid.level(before.step);
        NoiseLevel to = context.level();
        double v = variance(from, to);
        if (heed == 0 || to.alpha() == 0 || !(v > 0)) {
            return 0;
        }
        int reference = Math.clamp((long) Math.floor((1 - t1) * grid.steps()), 0, Math.max(0, grid.steps() - 2));
        double v1 = variance(grid.level(reference), grid.level(reference + 1));
        double q = ratio(from, to);
        // q/alpha' in a form that holds at alpha' = 0.
        double kept = Math.pow(to.karrasSigma() / from.sigma(), 2) * from.alpha();
        double apart = 0;
        for (int i = 0; i < before.x.size(); i++) {
            double moved = context.x().at(i) / to.alpha() - kept * before.x.at(i);
            double r = moved - (1 - q) * before.reference.at(i);
            double c = moved - (1 - q) * before.cond.at(i);
            apart += (r - c) * (r + c);
        }
        return v1 / v * apart;
    }

    /// `s^2/s'^2`, 0 from pure noise.
    private static double ratio(NoiseLevel from, NoiseLevel to) {
        double q = to.karrasSigma() / from.karrasSigma();
        return q * q;
    }

    private static double variance(NoiseLevel from, NoiseLevel to) {
        double s = to.karrasSigma();
        return s * s * (1 - ratio(from, to));
    }
}
