package org.lodestar.engine.guidance;

import java.util.function.UnaryOperator;
import org.lodestar.engine.model.Branch;

/// Branches made from others; the words are theirs.
///
/// @param plain where they come from
/// @param cond  the prompt
/// @param asked how every other branch is asked instead
record DerivedBranches(Branches plain, Branch cond, UnaryOperator<Branch> asked) implements Branches {

    @Override
    public Branch base() {
        return asked.apply(plain.base());
    }

    @Override
    public Branch empty() {
        return asked.apply(plain.empty());
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
        return asked.apply(plain.prompt(text));
    }
}
