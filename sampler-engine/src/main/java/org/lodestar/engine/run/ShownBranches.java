package org.lodestar.engine.run;

import org.lodestar.engine.guidance.Branches;
import org.lodestar.engine.guidance.Wording;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;

/// A lane's branches for one sample whose network is shown a picture as well.
///
/// @param texts   the branches by text
/// @param picture what is shown, in all of them
record ShownBranches(Branches texts, Embedding picture) implements Branches {

    private Branch shown(Branch branch) {
        return new Branch(branch.name(), branch.conditioning().with(Conditioning.PICTURE, picture), branch.net());
    }

    @Override
    public Branch cond() {
        return shown(texts.cond());
    }

    @Override
    public Branch base() {
        return shown(texts.base());
    }

    @Override
    public Branch empty() {
        return shown(texts.empty());
    }

    @Override
    public boolean hasNegative() {
        return texts.hasNegative();
    }

    @Override
    public Wording wording() {
        return texts.wording();
    }

    @Override
    public Branch prompt(String text) {
        return shown(texts.prompt(text));
    }
}
