package org.lodestar.engine.model;

import java.util.List;
import org.lodestar.engine.latent.Latents;

/// What an [Adviser] answers to a [Consultation].
public sealed interface Advice {

    /// @param logits one per label of [Adviser#labels()], before softmax
    record Classes(List<Double> logits) implements Advice {
        public Classes {
            logits = List.copyOf(logits);
        }
    }

    /// @param direction gradient of the companion's objective by the clean sample, shaped like it
    record Gradient(Latents direction) implements Advice {}

    /// @param cosines one per text asked about, -1..1
    record Likeness(List<Double> cosines) implements Advice {
        public Likeness {
            cosines = List.copyOf(cosines);
        }
    }
}
