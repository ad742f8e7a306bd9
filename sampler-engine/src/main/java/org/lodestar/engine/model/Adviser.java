package org.lodestar.engine.model;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.fault.EngineException;

/// The companions of a model that look at pictures: classifier, classifier gradient, image-text scorer. One caller at a time (the sampler thread).
public interface Adviser {

    /// Has no companion.
    Adviser NONE = new Adviser() {
        @Override
        public Set<Consultation.Kind> kinds() {
            return Set.of();
        }

        @Override
        public List<String> labels() {
            return List.of();
        }

        @Override
        public Advice answer(Consultation question, CancelToken cancel) {
            throw new EngineException.InvalidInput(
                    "guidance", "a model with a " + question.kind().title(), "none in this model", "Choose a policy that does not need one, or a model that has one");
        }
    };

    /// What it can be asked.
    Set<Consultation.Kind> kinds();

    /// What the classifier tells apart, as words that fit into a prompt; empty without one.
    List<String> labels();

    /// The answer to `question`, of the [Advice] that belongs to its kind.
    ///
    /// @throws Cancelled if `cancel` was cancelled meanwhile
    /// @throws EngineException.InvalidInput if no companion answers this kind
    /// @throws EngineException.InferenceFailure if the companion fails
    Advice answer(Consultation question, CancelToken cancel);
}
