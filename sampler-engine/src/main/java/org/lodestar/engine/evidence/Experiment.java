package org.lodestar.engine.evidence;

/// One question to a model, answered by pictures and numbers.
public interface Experiment {

    /// Stable; what `--experiments` names.
    int number();

    String title();

    /// What is asked, in one sentence.
    String question();

    /// What the literature lets one expect.
    String expected();

    /// Makes the pictures and judges them.
    ///
    /// @throws org.lodestar.engine.fault.EngineException if the model cannot do what is needed
    Finding run(Lab lab);
}
