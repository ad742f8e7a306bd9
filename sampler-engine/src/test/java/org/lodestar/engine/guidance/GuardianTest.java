package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.concept.ConceptList;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.parameter.Term;

/// The prompt of this world is "cond".
class GuardianTest {
    private final Toy toy = Toy.on(Toy.vp(10));

    @ParameterizedTest
    @ValueSource(strings = {"embedding", "score"})
    void withoutAmountThePictureIsTheOneOfThePromptBitForBit(String form) {
        assertThat(toy.euler("guardian(concepts=\"cond=sun\",m=0,form=" + form + ") + cfg(w=5)").last()).isEqualTo(toy.euler("cfg(w=5)").last());
        assertThat(toy.euler("guardian(concepts=\"other=sun\",m=1,form=" + form + ") + cfg(w=5)").last()).isEqualTo(toy.euler("cfg(w=5)").last());
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedding", "score"})
    void withAllOfItThePictureIsTheOneOfTheSafePromptBitForBit(String form) {
        Toy safe = toy.saying("sun");
        for (String how : List.of("safe=sun", "concepts=\"cond=sun\"")) {
            for (String rest : List.of("cfg(w=5)", "apg(w=5,beta=-0.5)", "interval(lo=0.3,hi=2) + cfg(w=5)")) {
                Toy.Path guarded = toy.euler("guardian(" + how + ",m=1,form=" + form + ") + " + rest);
                assertThat(guarded.last()).as(how + ", " + rest).isEqualTo(safe.euler(rest).last());
            }
        }
    }

    @Test
    void thePictureComesNearerToTheSafeOneWithTheAmount() {
        Latents own = guided("cfg(w=5)");
        Latents safe = LatentOps.extrapolate(toy.estimate("uncond", 4).denoised(), toy.estimate("sun", 4).denoised(), 5);
        double previous = likeness(own, own);
        for (String m : new String[] {"0.1", "0.25", "0.5", "0.75", "1"}) {
            Latents mixed = guided("guardian(concepts=\"cond=sun\",m=" + m + ",form=score) + cfg(w=5)");
            assertThat(likeness(mixed, own)).isLessThan(previous);
            previous = likeness(mixed, own);
            assertThat(Toy.distance(mixed, LatentOps.combine(1 - Double.parseDouble(m), own, Double.parseDouble(m), safe))).isLessThan(1e-5);
        }
    }

    private static double likeness(Latents a, Latents b) {
        return -LatentOps.squaredNorm(LatentOps.subtract(a, b));
    }

    @Test
    void tokenStatesAreMixedInProportionAndPooledVectorsAreTheSafePrompts() {
        float[] own = tokens(toy.cond());
        float[] other = tokens(Toy.branch("sun"));
        float[] mixed = tokens(toy.evaluate("guardian(safe=sun,m=0.25) + cfg(w=5)", 4).asked().getFirst().branch());
        for (int i = 0; i < own.length; i++) {
            assertThat(mixed[i]).isEqualTo(0.75f * own[i] + 0.25f * other[i], within(1e-6f));
        }
    }

    private static float[] tokens(Branch branch) {
        return Objects.requireNonNull(branch.conditioning().tensors().get("text")).toArray();
    }

    @Test
    void aNamedConceptIsFoundRewordedAndTold() {
        Toy.Answered<GuidanceOutcome> answered = toy.saying("two Foxes, a boat").evaluate("guardian(concepts=\"fox|vixen=cat\",m=1) + cfg(w=5)", 0);
        assertThat(answered.asked().getFirst().branch().conditioning()).isEqualTo(Toy.branch("two cat, a boat").conditioning());
        assertThat(answered.value().telemetry().notes()).containsExactly("\"fox\" is named in the prompt", "the safe prompt is \"two cat, a boat\"");
    }

    @Test
    void everyDecisionIsToldOnceAndAgainWhenThePromptChanges() {
        PolicyStack stack = Toy.stack("guardian(concepts=\"fox=cat\") + cfg(w=5)");
        Toy fox = toy.saying("a fox");
        GuidanceOutcome first = fox.run(stack.evaluate(fox.context(0), stack.begin())).value();
        GuidanceOutcome second = fox.run(stack.evaluate(fox.context(1), first.next())).value();
        Toy ship = toy.saying("a ship");
        GuidanceOutcome third = ship.run(stack.evaluate(ship.context(2), second.next())).value();
        assertThat(first.telemetry().notes()).hasSize(2);
        assertThat(second.telemetry().notes()).isEmpty();
        assertThat(third.telemetry().notes()).containsExactly("no concept of the list is in the prompt");
    }

    @Test
    void decisionsAreToldWhereGuidanceIsOffToo() {
        Toy fox = toy.saying("a fox");
        for (String form : List.of("embedding", "score")) {
            Toy.Path path = fox.euler("guardian(concepts=\"fox=cat\",m=1,form=" + form + ") + window(from=0,to=0) + cfg(w=5)");
            assertThat(path.notes()).contains("\"fox\" is named in the prompt");
            assertThat(path.last()).as("the guard holds there too").isEqualTo(toy.saying("a cat").euler("none").last());
        }
    }

    @Test
    void aRewordedPromptIsLookedAtAgain() {
        List<String> again = toy.saying("a fox").euler("guardian(concepts=\"fox=vixen; vixen=cat\") + cfg(w=5)").notes();
        assertThat(again).containsExactly(
                "\"fox\" is named in the prompt", "\"vixen\" is named in the safe prompt \"a vixen\", which is reworded again", "the safe prompt is \"a cat\"");
        List<String> forever = toy.saying("a fox").euler("guardian(concepts=\"fox=vixen; vixen=fox\") + cfg(w=5)").notes();
        assertThat(forever).endsWith("the safe prompt is \"a fox\"", "\"fox\" is named in the safe prompt still");
    }

    @Test
    void aSafePromptWrittenByHandIsTakenAsItIsWhereTheListFindsSomething() {
        Toy fox = toy.saying("a fox");
        assertThat(fox.evaluate("guardian(concepts=\"fox=cat\",safe=sun,m=1) + cfg", 0).asked().getFirst().branch().conditioning()).isEqualTo(Toy.branch("sun").conditioning());
        assertThat(fox.evaluate("guardian(concepts=\"hen=cat\",safe=sun,m=1) + cfg", 0).asked().getFirst().branch().conditioning()).isEqualTo(Toy.branch("a fox").conditioning());
    }

    /// A world in which each text is told to the network as given here, as one token.
    private static ConceptSearch.Encoding meaning(Map<String, float[]> texts) {
        return text -> new Conditioning(text, Map.of("encoder_hidden_states", new Embedding(new int[] {1, 2}, Objects.requireNonNull(texts.get(text), text))));
    }

    @Test
    void aConceptThatIsMeantButNotNamedTakesThePlaceOfThePrompt() {
        ConceptSearch.Encoding encoding = meaning(Map.of(
                "", new float[] {5, 5},
                "fox", new float[] {6, 5},
                "hen", new float[] {5, 6},
                "a sly red animal", new float[] {6.8f, 5.6f},
                "a cat", new float[] {4, 5},
                "a dog", new float[] {4, 5}));
        ConceptSearch search = new ConceptSearch(ConceptList.parse("fox=a cat; hen=a dog"), 0.9);
        SafeWording found = SafeWording.of("a sly red animal", "", search, encoding);
        assertThat(found.found()).containsExactly("fox");
        assertThat(found.safe()).contains("a cat");
        assertThat(found.notes()).containsExactly("\"fox\" is meant (0.95 of 0.90) in the prompt", "the safe prompt is \"a cat\"");
        SafeWording stricter = SafeWording.of("a sly red animal", "", new ConceptSearch(search.concepts(), 0.96), encoding);
        assertThat(stricter.safe()).isEmpty();
        assertThat(stricter.notes()).containsExactly("no concept of the list is in the prompt; nearest is \"fox\" (0.95 of 0.96)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a fox and a hen", "cond", "a cat", "", "foxes"})
    void everyTextItMayNeedIsAnnounced(String prompt) {
        for (String list : List.of("fox=a hen; hen=a fox", "fox=; hen=cat", "fox|cat=a cat")) {
            for (double threshold : new double[] {-1, 0, 0.5, 1}) {
                ConceptSearch search = new ConceptSearch(ConceptList.parse(list), threshold);
                List<String> announced = SafeWording.texts(prompt, "", search);
                List<String> asked = new ArrayList<>();
                Optional<String> safe = SafeWording.of(prompt, "", search, text -> {
                            asked.add(text);
                            return Toy.branch(text).conditioning();
                        })
                        .safe();
                safe.ifPresent(asked::add);
                assertThat(announced).as(list + ", " + threshold).containsAll(asked.stream().filter(text -> !text.equals(prompt)).toList());
            }
        }
    }

    @Test
    void lookingAtThePictureRaisesTheAmountForTheRest() {
        Toy.Path path = toy.euler("guardian(concepts=\"cond=sun\",m=0.5,every=3,seen=-1,form=score) + cfg(w=5)");
        List<String> looks = path.notes().stream().filter(note -> note.startsWith("the picture")).toList();
        assertThat(looks).hasSize(3).allMatch(note -> note.startsWith("the picture is like \"cond\" ("));
        assertThat(looks.getFirst()).endsWith(": amount raised to 0.60");
        assertThat(looks.getLast()).endsWith(": amount raised to 0.80");
        assertThat(path.outcomes().get(2).telemetry().notes()).hasSize(1);
        Toy.Path plain = toy.euler("guardian(concepts=\"cond=sun\",m=0.5,form=score) + cfg(w=5)");
        assertThat(path.outcomes().get(2).guided()).isEqualTo(plain.outcomes().get(2).guided());
        assertThat(path.outcomes().get(3).guided()).isNotEqualTo(plain.outcomes().get(3).guided());
    }

    @Test
    void theAmountNeverPassesOneAndStaysWhereNothingIsSeen() {
        assertThat(toy.euler("guardian(concepts=\"cond=sun\",m=0.95,every=1,seen=-1) + cfg(w=5)").notes())
                .filteredOn(note -> note.contains("raised"))
                .singleElement()
                .asString()
                .endsWith("raised to 1.00");
        assertThat(toy.euler("guardian(concepts=\"cond=sun\",m=0.5,every=1,seen=1) + cfg(w=5)").notes()).noneMatch(note -> note.contains("raised"));
    }

    @Test
    void aScorerIsNeededOnlyToLook() {
        assertThat(Toy.stack("guardian(concepts=\"cond=sun\",every=3)").consultations()).containsExactly(Consultation.Kind.LIKENESS);
        assertThat(Toy.stack("guardian(concepts=\"cond=sun\")").consultations()).isEmpty();
        assertThat(Toy.stack("guardian(safe=sun,every=3)").consultations()).as("no concept to look for").isEmpty();
    }

    @Test
    void aListThatCannotBeReadIsRefusedInWords() {
        assertThatThrownBy(() -> Catalog.policy(Term.parseStack("guardian(concepts=\"fox\")")))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("name|synonym=replacement")
                .hasMessageContaining("fox");
    }

    private Latents guided(String policy) {
        return toy.evaluate(policy, 4).value().guided().denoised();
    }
}
