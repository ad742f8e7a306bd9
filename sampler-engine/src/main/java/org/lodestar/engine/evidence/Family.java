package org.lodestar.engine.evidence;

import java.util.List;
import java.util.Locale;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.guidance.Slot;

/// Policies that act at the same place of a guided evaluation: one page of the documents.
public enum Family {
    STRENGTH(Slot.STRENGTH, "Strength", "How hard to push from the picture without your words towards the one with them."),
    WHEN(Slot.WHEN, "When to guide", "Which steps are guided at all. An unguided step costs one network evaluation instead of two, so most of these save time."),
    CURVE(Slot.CURVE, "Strength over the run", "A strength that changes from step to step."),
    CONDITION(Slot.CONDITION, "What the network is told", "Changes to the prompt's conditioning before the network sees it."),
    REFERENCE(Slot.REFERENCE, "What to guide away from", "The second estimate: the empty prompt, a negative prompt, a weaker network, another text."),
    FILTER(Slot.FILTER, "Shaping the push", "Changes to the difference between the two estimates before it is applied: its direction, its size, its frequencies."),
    COMBINE(Slot.COMBINE, "Combining estimates", "Other rules for making one estimate out of several."),
    CORRECT(Slot.CORRECT, "Correcting the result", "Changes to the guided estimate after it was made, against overexposure and burnt colours."),
    COUPLE(Slot.COUPLE, "Coupling to the sampler", "Which noise the sampler goes back to after a guided estimate."),
    AROUND(Slot.AROUND, "Around the whole step", "Policies that run the evaluation more than once, or in another state.");

    private final Slot slot;
    private final String title;
    private final String introduction;

    Family(Slot slot, String title, String introduction) {
        this.slot = slot;
        this.title = title;
        this.introduction = introduction;
    }

    /// The family of a policy: the most particular place it fills. Setting the strength is the least particular, since most policies that do something else do that too.
    public static Family of(PolicyType type) {
        return List.of(AROUND, COUPLE, CONDITION, REFERENCE, FILTER, CORRECT, COMBINE, CURVE, WHEN, STRENGTH).stream()
                .filter(family -> type.slots().contains(family.slot))
                .findFirst()
                .orElseThrow();
    }

    /// Its name, for headings.
    public String title() {
        return title;
    }

    /// What its policies have in common.
    public String introduction() {
        return introduction;
    }

    /// The name of its page without an extension.
    public String page() {
        return title.toLowerCase(Locale.ROOT).replace(' ', '-');
    }
}
