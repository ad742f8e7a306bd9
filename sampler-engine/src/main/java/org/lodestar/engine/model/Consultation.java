package org.lodestar.engine.model;

import java.util.List;
import org.lodestar.engine.latent.Latents;

/// One question to an [Adviser] about a clean estimate: what is in the picture, where it should change, how well it fits words.
public sealed interface Consultation {

    /// The clean sample that is looked at, in latents.
    Latents denoised();

    /// What kind of question this is.
    Kind kind();

    /// What an adviser may be able to answer.
    enum Kind {
        /// Which label fits, by a classifier.
        CLASSES("classifier"),
        /// Where a label would fit better, by a classifier exported together with its input gradient.
        GRADIENT("gradient of a classifier"),
        /// How well words fit, by a net that scores picture and text.
        LIKENESS("image-text scorer");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /// What messages call the companion that answers it.
        public String title() {
            return title;
        }
    }

    /// How likely is each label? Answered by [Advice.Classes].
    record Classes(Latents denoised) implements Consultation {
        @Override
        public Kind kind() {
            return Kind.CLASSES;
        }
    }

    /// In which direction does the picture become more like the label? Answered by [Advice.Gradient].
    ///
    /// @param label index into [Adviser#labels()]
    record Gradient(Latents denoised, int label) implements Consultation {
        @Override
        public Kind kind() {
            return Kind.GRADIENT;
        }
    }

    /// How alike are the picture and each of the texts? Answered by [Advice.Likeness].
    record Likeness(Latents denoised, List<String> texts) implements Consultation {
        public Likeness {
            texts = List.copyOf(texts);
        }

        @Override
        public Kind kind() {
            return Kind.LIKENESS;
        }
    }
}
