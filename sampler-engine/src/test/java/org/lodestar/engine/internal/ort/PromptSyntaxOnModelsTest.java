package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.codec.Emphasis;
import org.lodestar.engine.codec.TextEncoder.Reading;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.testing.Golden;

/// Prompt syntax in the text encoders of whole models.
class PromptSyntaxOnModelsTest {
    private static final CancelToken NEVER = new CancelToken();
    private static final Reading A1111 = new Reading(Dialect.A1111, 1);
    private static final Reading COMFY = new Reading(Dialect.COMFY, 1);
    private static final Map<String, ModelPackage> OPEN = new LinkedHashMap<>();

    @TempDir
    private static Path cache;

    private static ModelPackage model(String name) {
        return OPEN.computeIfAbsent(name, key -> new OrtModelLoader(cache, 1)
                .open(key.equals("starter") ? Path.of("../models/starter") : Golden.model(key), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER));
    }

    @AfterAll
    static void close() {
        OPEN.values().forEach(ModelPackage::close);
        OPEN.clear();
    }

    private static Embedding states(Conditioning conditioning) {
        return Objects.requireNonNull(conditioning.tensors().get("encoder_hidden_states"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"starter", "tiny-sd", "tiny-sdxl"})
    void aPromptWithoutSyntaxIsToldBitForBitAsBefore(String name) {
        for (String text : new String[] {"", "a red apple", "a red apple, on: a table"}) {
            Conditioning plain = model(name).text().encode(text, NEVER);
            assertThat(model(name).text().encode(text, A1111, NEVER)).isEqualTo(plain);
            assertThat(model(name).text().encode(text, COMFY, NEVER)).isEqualTo(plain);
        }
        assertThat(model(name).text().encode("(a red apple:1)", A1111, NEVER).tensors()).isEqualTo(model(name).text().encode("a red apple", NEVER).tensors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"starter", "tiny-sd"})
    void weightsActOnTheStatesOfTheirTokens(String name) {
        Embedding plain = states(model(name).text().encode("a red apple", NEVER));
        Embedding empty = states(model(name).text().encode("", NEVER));
        double[] weights = {1, 1.5, 1};
        assertThat(states(model(name).text().encode("a (red:1.5) apple", A1111, NEVER))).isEqualTo(Emphasis.scaled(plain, weights, 1)).isNotEqualTo(plain);
        assertThat(states(model(name).text().encode("a (red:1.5) apple", COMFY, NEVER))).isEqualTo(Emphasis.fromEmpty(plain, empty, weights, 1)).isNotEqualTo(plain);
    }

    @Test
    void eachEncoderIsWeightedForItselfAndThePooledVectorStays() {
        Conditioning plain = model("tiny-sdxl").text().encode("a red apple", NEVER);
        Conditioning weighted = model("tiny-sdxl").text().encode("a (red:1.5) apple", A1111, NEVER);
        assertThat(states(weighted)).isNotEqualTo(states(plain));
        assertThat(weighted.tensors().get("text_embeds")).isEqualTo(plain.tensors().get("text_embeds"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-sd", "tiny-sdxl"})
    void chunksAreEncodedAloneAndJoined(String name) {
        Conditioning first = model(name).text().encode("a red apple", NEVER);
        Conditioning second = model(name).text().encode("a house", NEVER);
        Conditioning both = model(name).text().encode("a red apple BREAK a house", A1111, NEVER);
        float[] one = states(first).toArray();
        float[] other = states(second).toArray();
        float[] joined = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, joined, one.length, other.length);
        assertThat(states(both).toArray()).containsExactly(joined);
        assertThat(both.tensors().get("text_embeds")).isEqualTo(first.tensors().get("text_embeds"));

        String longText = "apple ".repeat(100);
        assertThat(model(name).text().chunks(longText, Dialect.A1111)).isEqualTo(2);
        Conditioning long2 = model(name).text().encode(longText, A1111, NEVER);
        Conditioning none2 = model(name).text().none(new Reading(Dialect.A1111, 2), NEVER);
        assertThat(states(long2).shape()).isEqualTo(states(none2).shape());
        Latents x = Latents.zeros(model(name).latentFormat().channels(), 8, 8).like(i -> Math.sin(i));
        List<Query> pair = List.of(
                new Query(Branch.main("a", long2), x, model(name).schedule().at(500)), new Query(Branch.main("b", none2), x, model(name).schedule().at(500)));
        assertThat(model(name).denoiser().predict(pair, NEVER))
                .allSatisfy(answer -> assertThat(LatentOps.isFinite(answer.denoised())).isTrue());
    }

    @Test
    void aModelOfOneChunkSaysSo() {
        assertThat(model("starter").text().count("(a:1.2) [red] apple", Dialect.A1111).used()).isEqualTo(3);
        for (String text : new String[] {"a BREAK b", "apple ".repeat(31)}) {
            assertThatThrownBy(() -> model("starter").text().encode(text, A1111, NEVER))
                    .isInstanceOf(EngineException.InvalidInput.class)
                    .hasMessageContaining("30 tokens")
                    .hasMessageContaining("BREAK");
        }
    }
}
