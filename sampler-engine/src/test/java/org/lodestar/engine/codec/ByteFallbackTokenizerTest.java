package org.lodestar.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.codec.Tokenizer.Token;
import org.lodestar.engine.fault.EngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `byte-fallback/` holds a small tokenizer in the layout of Gemma's and what the reference library, version 0.23.2, makes of texts with it.
class ByteFallbackTokenizerTest {
    private static final int CONTEXT = 64;

    @TempDir
    Path folder;

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ByteFallbackTokenizerTest.class.getResourceAsStream("/byte-fallback/" + name))) {
            return in.readAllBytes();
        }
    }

    private ByteFallbackTokenizer read(byte[] file) throws IOException {
        Files.write(folder.resolve("tokenizer.json"), file);
        return ByteFallbackTokenizer.read(folder, CONTEXT);
    }

    @Test
    void givesTheIdsAndPlacesOfTheReference() throws IOException {
        ByteFallbackTokenizer tokenizer = read(resource("tokenizer.json"));
        JsonNode cases = JsonMapper.shared().readTree(resource("cases.json")).path("cases");
        assertThat(cases.size()).isGreaterThan(50);
        SoftAssertions all = new SoftAssertions();
        for (JsonNode entry : cases) {
            String text = entry.path("text").asString();
            List<Token> tokens = tokenizer.tokens(text);
            List<Integer> ids = entry.path("ids").values().stream().map(JsonNode::asInt).toList();
            all.assertThat(tokens).extracting(Token::id).as(text).isEqualTo(ids.subList(1, ids.size()));
            List<List<Integer>> places = entry.path("offsets").values().stream().map(place -> place.values().stream().map(JsonNode::asInt).toList()).toList();
            all.assertThat(tokens)
                    .extracting(token -> List.of(text.codePointCount(0, token.start()), text.codePointCount(0, token.end())))
                    .as("places in %s", text)
                    .isEqualTo(places.subList(1, places.size()));
            int[] framed = tokenizer.encode(tokens);
            all.assertThat(framed).hasSize(CONTEXT).startsWith(ids.stream().limit(CONTEXT).mapToInt(Integer::intValue).toArray());
            if (ids.size() < CONTEXT) {
                all.assertThat(framed[CONTEXT - 1]).as("padding").isZero();
            }
        }
        all.assertAll();
    }

    @Test
    void aLongTextTakesNoLongerThanItsLengthAsks() throws IOException {
        ByteFallbackTokenizer tokenizer = read(resource("tokenizer.json"));
        assertThat(tokenizer.tokens("a red apple ".repeat(20_000))).hasSizeGreaterThan(20_000);
    }

    @Test
    void refusesAnotherKindOfTokenizerInWords() throws IOException {
        String file = new String(resource("tokenizer.json"), java.nio.charset.StandardCharsets.UTF_8);
        for (String[] change : new String[][] {
            {"\"type\":\"BPE\"", "\"type\":\"Unigram\""}, {"\"byte_fallback\":true", "\"byte_fallback\":false"}, {"\"type\":\"Split\"", "\"type\":\"ByteLevel\""}, {"\"type\":\"Replace\"", "\"type\":\"Lowercase\""}
        }) {
            assertThat(file).contains(change[0]);
            assertThatThrownBy(() -> read(file.replaceFirst(java.util.regex.Pattern.quote(change[0]), change[1]).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .isInstanceOf(EngineException.ModelProblem.class)
                    .hasMessageContaining("tokenizer.json");
        }
    }
}
