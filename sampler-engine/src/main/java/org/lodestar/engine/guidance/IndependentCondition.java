package org.lodestar.engine.guidance;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;

/// ICG, independent condition guidance: guides away from an unrelated prompt, another one at every step, instead of the empty one.
///
/// ```
/// D_r = D under a prompt drawn from the list, by step
/// ```
///
/// For nets that were never taught the empty prompt. The draw depends on the step alone, so runs repeat.
///
/// Source: Sadat et al. 2024, arXiv 2407.02687; the list of prompts is chosen here.
public record IndependentCondition(List<String> texts) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "icg",
                    "ICG",
                    "Independent condition guidance",
                    "Guides away from random unrelated prompts instead of the empty one: for models that do not know the empty prompt.",
                    "D_r = D under a prompt drawn from the list, by step",
                    "arXiv 2407.02687",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(new ParameterSpec.Text(
                            "prompts",
                            "Unrelated prompts",
                            "a spoon | dusty gravel | two people talking | a tax form | the inside of a bus | seaweed | a spreadsheet | an empty corridor",
                            "Prompts that have nothing to do with yours, separated by bars; one is drawn at every step."))),
            Set.of(Slot.REFERENCE),
            "0",
            IndependentCondition::of);

    public IndependentCondition {
        texts = List.copyOf(texts);
    }

    private static IndependentCondition of(Parameters parameters) {
        List<String> texts =
                Arrays.stream(parameters.text("prompts").split("\\|", -1)).map(String::strip).filter(text -> !text.isEmpty()).toList();
        if (texts.isEmpty()) {
            throw new EngineException.InvalidInput(
                    "icg(prompts)", "at least one prompt, several separated by |", "none", "Leave the parameter out to use the usual ones");
        }
        return new IndependentCondition(texts);
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public List<String> prompts(Wording wording) {
        return texts;
    }

    @Override
    public Branch reference(StepContext context, PolicyState state) {
        return context.branches().prompt(texts.get(new SplittableRandom(context.step()).nextInt(texts.size())));
    }
}
