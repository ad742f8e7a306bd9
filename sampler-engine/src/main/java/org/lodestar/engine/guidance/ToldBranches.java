package org.lodestar.engine.guidance;

import org.lodestar.engine.model.Branch;

/// Branches whose prompt a [Slot#CONDITION] part has replaced: what other parts compare the prompt with is asked the same way.
record ToldBranches(Branches plain, Branch cond) implements Branches {

    @Override
    public Branch base() {
        return plain.base();
    }

    @Override
    public Branch empty() {
        return plain.empty();
    }

    @Override
    public boolean hasNegative() {
        return plain.hasNegative();
    }

    @Override
    public Wording wording() {
        return plain.wording();
    }

    @Override
    public Branch prompt(String text) {
        return plain.prompt(text);
    }
}
