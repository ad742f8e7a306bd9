package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Image guidance: the second weight of networks that are shown a picture to edit.
///
/// ```
/// D := D + (w - 1)*(D_i - D_0)        with CFG of weight w_t:  D_0 + w_t*(D_c - D_i) + w*(D_i - D_0)
/// ```
///
/// `D_c` is asked with prompt and picture, `D_i` with the negative or empty prompt and the picture (CFG's second branch), `D_0` with neither prompt nor picture. One evaluation more; neutral:
/// `w = 1`. Above 1 the result stays closer to the picture, below 1 it may leave it. A network that is shown no picture gives `D_0 = D_i`, and nothing changes.
///
/// Source: Brooks, Holynski, Efros 2023, InstructPix2Pix, arXiv 2211.09800, equation 3.
public record ImageGuidance(double w) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "image_guidance",
                    "Image guidance",
                    "Weight of the source picture",
                    "For models that edit a picture by words: how closely the result keeps to the picture you gave, beside how closely it follows the words.",
                    "D := D + (w - 1)*(D_i - D_0)",
                    "arXiv 2211.09800, equation 3",
                    Descriptor.Fidelity.EXACT,
                    List.of(ParameterSpec.number("w", "Picture's weight", 0, 10, 3, 1.5, 0.1, "1 leaves it to the network; more keeps closer to the picture."))),
            Set.of(Slot.CORRECT),
            "1 more, or 2 where CFG's weight is 1",
            parameters -> new ImageGuidance(parameters.number("w")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public List<Branch> extras(StepContext context, PolicyState state) {
        return w == 1 ? List.of() : List.of(context.branches().base(), blind(context));
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (w == 1) {
            return new Corrected(guided, state);
        }
        StepContext context = estimates.context();
        Latents seen = estimates.of(context.branches().base()).denoised();
        Latents unseen = estimates.of(blind(context)).denoised();
        return new Corrected(LatentOps.addScaledDifference(guided, w - 1, seen, unseen), state);
    }

    /// CFG's second branch, shown nothing.
    private static Branch blind(StepContext context) {
        Branch base = context.branches().base();
        Conditioning told = base.conditioning().withoutPicture();
        return new Branch(base.name() + ", no picture", told, base.net());
    }
}
