package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.PairSums;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Adaptive Guidance: stops guiding for good once the two estimates point the same way.
///
/// ```
/// gamma = <a_c, a_r> / (|a_c| |a_r|)
/// gamma >= threshold:  guided here still (it is paid for), D = D_c from the next step on
/// ```
///
/// `a` is the clean sample, the noise, or `x - noise`; sources differ, and thresholds do not carry over between spaces, models or step counts. The latch belongs to
/// one sample and never opens again. Neutral: a threshold above 1.
///
/// Source: Castillo et al. 2023, arXiv 2312.12487; which vectors are compared is not settled there, hence a choice.
public record AdaptiveGuidance(double threshold, String space) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "ag",
                    "Adaptive",
                    "Adaptive guidance",
                    "Watches when your words stop making a difference and from then on works at half the cost. The picture stays nearly the same.",
                    "cosine(a_c, a_r) >= threshold: D = D_c from the next step on",
                    "arXiv 2312.12487",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number(
                                    "threshold",
                                    "Agreement",
                                    0,
                                    1.01,
                                    0.999,
                                    0.0005,
                                    "How alike both estimates must be (cosine) before guidance stops; lower stops earlier and saves more, above 1 never stops."),
                            new ParameterSpec.Choice(
                                    "space",
                                    "Compared on",
                                    List.of("x0", "eps", "x-eps"),
                                    "x0",
                                    "What is compared: the predicted clean pictures, the predicted noises, or the states without that noise."))),
            Set.of(Slot.WHEN),
            "2, then 1",
            parameters -> new AdaptiveGuidance(parameters.number("threshold"), parameters.text("space")));

    /// Guidance has stopped.
    private record Stopped() implements PolicyState {}

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public boolean active(StepContext context, PolicyState state) {
        return !(state instanceof Stopped);
    }

    @Override
    public PolicyState after(Estimates estimates, PolicyState state, List<String> notes) {
        if (!estimates.compared()) {
            return state;
        }
        double gamma = agreement(estimates.context().x(), estimates.cond(), estimates.reference());
        if (gamma < threshold) {
            return state;
        }
        notes.add("guidance stops after this step: agreement " + Descriptor.plain(Math.round(gamma * 1e5) / 1e5));
        return new Stopped();
    }

    private double agreement(Latents x, Prediction cond, Prediction reference) {
        return switch (space) {
            case "eps" -> LatentOps.cosine(cond.noise(), reference.noise());
            case "x-eps" -> PairSums.seenFrom(x, cond.noise(), reference.noise()).cosine();
            default -> LatentOps.cosine(cond.denoised(), reference.denoised());
        };
    }

    /// A threshold that a recorded CFG run would have tripped at the wanted place.
    ///
    /// @param threshold   the threshold
    /// @param guidedSteps how many steps would have been guided
    public record Calibration(double threshold, int guidedSteps) {}

    /// The threshold for guiding about `fraction` of the steps, from one CFG run. It holds for the model, space, strength and number of steps of that run.
    ///
    /// Only steps at which the agreement reaches a new height can trip a threshold; of those the one nearest to the wanted place is taken, and the threshold lies midway
    /// between its height and the one before.
    ///
    /// @param run first-stage telemetry of a run with the second branch asked at every step
    public static Calibration calibrate(List<Telemetry> run, double fraction, String space) {
        double before = 0;
        Calibration best = new Calibration(1.01, run.size());
        double wanted = fraction * run.size();
        for (int i = 0; i < run.size(); i++) {
            double gamma = switch (space) {
                case "eps" -> run.get(i).cosineEps();
                case "x-eps" -> run.get(i).cosineXMinusEps();
                default -> run.get(i).cosineX0();
            };
            if (gamma > before) {
                Calibration here = new Calibration((before + gamma) / 2, i + 1);
                if (Math.abs(here.guidedSteps - wanted) < Math.abs(best.guidedSteps - wanted)) {
                    best = here;
                }
                before = gamma;
            }
        }
        return best;
    }
}
