package org.lodestar.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Consultation;

class ReadingsTest {
    private static final Latents PICTURE = Latents.zeros(1, 2, 2);

    /// Sees two parts of a dog to one part of a cat, and likes the words "dog" best.
    private record Judge(Set<Consultation.Kind> kinds) implements Adviser {
        @Override
        public List<String> labels() {
            return List.of("cat", "dog");
        }

        @Override
        public Advice answer(Consultation question, CancelToken cancel) {
            assertThat(question.denoised()).isEqualTo(PICTURE);
            return switch (question) {
                case Consultation.Classes _ -> new Advice.Classes(List.of(1.0, 1.0 + Math.log(2)));
                case Consultation.Likeness(var _, var texts) -> new Advice.Likeness(texts.stream().map(text -> text.equals("a dog") ? 0.9 : 0.1).toList());
                case Consultation.Gradient _ -> throw new AssertionError(question);
            };
        }
    }

    @Test
    void theLikeliestLabelAndTheLikenessToThePromptAreRead() {
        Map<String, Double> readings = Readings.of(PICTURE, "a dog", new Judge(Set.of(Consultation.Kind.CLASSES, Consultation.Kind.LIKENESS)), new CancelToken());

        assertThat(readings).containsOnlyKeys("likeness", "label dog").containsEntry("likeness", 0.9);
        assertThat(readings.get("label dog")).isCloseTo(2.0 / 3, within(1e-12));
    }

    @Test
    void onlyCompanionsThatAreThereAreAsked() {
        assertThat(Readings.of(PICTURE, "a dog", new Judge(Set.of(Consultation.Kind.LIKENESS)), new CancelToken())).containsOnlyKeys("likeness");
        assertThat(Readings.of(PICTURE, " ", new Judge(Set.of(Consultation.Kind.LIKENESS)), new CancelToken())).isEmpty();
        assertThat(Readings.of(PICTURE, "a dog", Adviser.NONE, new CancelToken())).isEmpty();
    }
}
