package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;

/// Mahiro: leans on the prompt alone where guidance disagrees with it.
///
/// ```
/// L = w*D_c;  U = w*D_r;  M = (L + D)/2
/// q = 2*(1 + mean over cells of cosine over channels (sqrt U, sqrt M)),   sqrt with sign
/// D := (q*D + (4-q)*L)/4
/// ```
///
/// Source: community node of that name; there the mean runs over a batch, here over one picture.
public record Mahiro() implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "mahiro",
                    "Mahiro",
                    "Mahiro guidance",
                    "Follows the prompt more literally where the model is unsure, by trusting your words over the comparison. Likes low strengths.",
                    "L = w*D_c; q = 2*(1 + cos(sqrt(w*D_r), sqrt((L+D)/2))); D := (q*D + (4-q)*L)/4",
                    "community (mahiro)",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of()),
            Set.of(Slot.CORRECT),
            "0",
            parameters -> new Mahiro());

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (!estimates.compared()) {
            return new Corrected(guided, state);
        }
        double w = estimates.weight();
        Latents cond = estimates.cond().denoised();
        double q = 2 * (1 + agreement(w, estimates, guided));
        return new Corrected(guided.like(i -> (q * guided.at(i) + (4 - q) * w * cond.at(i)) / 4), state);
    }

    private static double agreement(double w, Estimates estimates, Latents guided) {
        Latents cond = estimates.cond().denoised();
        Latents reference = estimates.reference().denoised();
        int plane = guided.height() * guided.width();
        double sum = 0;
        for (int i = 0; i < plane; i++) {
            double uu = 0;
            double mm = 0;
            double um = 0;
            for (int k = i; k < guided.size(); k += plane) {
                double u = signedRoot(w * reference.at(k));
                double m = signedRoot((w * cond.at(k) + guided.at(k)) / 2);
                uu += u * u;
                mm += m * m;
                um += u * m;
            }
            sum += um / Math.max(Math.sqrt(uu * mm), 1e-8);
        }
        return sum / plane;
    }

    private static double signedRoot(double value) {
        return Math.signum(value) * Math.sqrt(Math.abs(value));
    }
}
