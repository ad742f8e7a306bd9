package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Classifier-free guidance.
///
/// ```
/// D = D_r + w*(D_c - D_r)
/// ```
///
/// `D_r` is the estimate under the negative prompt, or under the empty one. Linear, hence the same rule for clean sample, noise, v and velocity. `w = 1` is the plain
/// prompt and asks the network once; `w = 0` is the reference. Where the source counts from the prompt, `D_c + s*(D_c - D_r)`, it means `w = s + 1`.
///
/// Source: Ho and Salimans 2022, arXiv 2207.12598.
public record Cfg(double w) implements GuidancePolicy {

    /// The weight parameter that all policies of this family share.
    static ParameterSpec weight(double preset) {
        return ParameterSpec.number(
                "w",
                "Strength",
                0,
                100,
                20,
                preset,
                0.1,
                "How strongly the picture follows the prompt. Low is loose and soft, high is literal, contrasty and in the end overcooked; 1 switches guidance off.");
    }

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "cfg",
                    "CFG",
                    "Classifier-free guidance",
                    "The classic: pushes the picture away from what the model would paint without your words and towards what it paints with them.",
                    "D = D_r + w*(D_c - D_r)",
                    "arXiv 2207.12598",
                    Descriptor.Fidelity.EXACT,
                    List.of(weight(7.5))),
            Set.of(Slot.STRENGTH),
            "2; 1 at strength 1",
            parameters -> new Cfg(parameters.number("w")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public double weight(StepContext context) {
        return w;
    }
}
