package org.lodestar.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.testing.Golden;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `clip_tokens.json` holds what transformers' CLIPTokenizer gives; the tiny models carry the full CLIP vocabulary.
class ClipTokenizerTest {
    private static final ClipTokenizer TOKENIZER = ClipTokenizer.read(Golden.model("tiny-sd").resolve("tokenizer"), "!", 77);

    @Test
    void givesTheRecordedIds() {
        JsonNode cases = Golden.json("clip_tokens.json").get("cases");
        assertThat(cases.size()).isGreaterThan(20);
        SoftAssertions all = new SoftAssertions();
        for (JsonNode recorded : cases) {
            List<Integer> ids = new ArrayList<>();
            recorded.get("ids").forEach(id -> ids.add(id.asInt()));

            String prompt = recorded.get("prompt").asString();
            all.assertThat(TOKENIZER.encode(prompt)).as("\"%s\"", prompt).containsExactly(ids.stream().mapToInt(Integer::intValue).toArray());
        }
        all.assertAll();
    }

    @Test
    void givesTheIdsOfTheReferenceLibraryForTextsOfManyScripts() throws IOException {
        JsonNode cases;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/clip/tokens.json"))) {
            cases = JsonMapper.shared().readTree(in).get("cases");
        }
        assertThat(cases.size()).isEqualTo(500);
        SoftAssertions all = new SoftAssertions();
        for (JsonNode recorded : cases) {
            List<Integer> ids = new ArrayList<>();
            recorded.get(1).forEach(id -> ids.add(id.asInt()));
            String text = recorded.get(0).asString();
            all.assertThat(TOKENIZER.tokens(text)).extracting(Tokenizer.Token::id).as("\"%s\"", text).isEqualTo(ids);
        }
        all.assertAll();
    }

    @Test
    void padsAsTheModelsFilesSay() {
        ClipTokenizer zero = ClipTokenizer.read(Golden.model("tiny-sd2-v").resolve("tokenizer"), "<|endoftext|>", 77);

        assertThat(zero.encode("a cat")).startsWith(49406, 320, 2368, 49407, 0).endsWith(0);
        assertThat(TOKENIZER.encode("a cat")).endsWith(49407);
    }

    @Test
    void tellsWhichCharactersATokenStandsFor() {
        assertThat(spans("A photo-realistic Cat!")).containsExactly("A", "photo", "-", "realistic", "Cat", "!");
        assertThat(spans("  🐶 x²")).containsExactly("🐶", "x", "²");
        assertThat(spans("e\u0301 ok")).containsExactly("e\u0301", "ok");
        assertThat(spans("a\u200bb 中文")).allSatisfy(span -> assertThat(span).isNotBlank());
    }

    private static List<String> spans(String text) {
        return TOKENIZER.tokens(text).stream().map(token -> text.substring(token.start(), token.end())).toList();
    }

    @Test
    void staysQuickOnVeryLongWords() {
        long start = System.nanoTime();
        assertThat(TOKENIZER.tokens("z".repeat(2000))).isNotEmpty();
        assertThat(System.nanoTime() - start).isLessThan(3_000_000_000L);
    }

    @Test
    void saysWhatIsWrongWithItsFiles(@TempDir Path folder) throws IOException {
        Path tokenizer = Files.createDirectory(folder.resolve("tokenizer"));
        Files.writeString(tokenizer.resolve("vocab.json"), "{\"<|startoftext|>\": 0}");
        Files.writeString(tokenizer.resolve("merges.txt"), "#version: 0.2\na b\n");
        assertThatThrownBy(() -> ClipTokenizer.read(tokenizer, "!", 77))
                .isInstanceOf(EngineException.ModelProblem.class)
                .hasMessageContaining("no symbol <|endoftext|>");

        Files.writeString(tokenizer.resolve("vocab.json"), "{\"<|start");
        assertThatThrownBy(() -> ClipTokenizer.read(tokenizer, "!", 77)).hasMessageContaining("damaged JSON");

        Files.delete(tokenizer.resolve("vocab.json"));
        assertThatThrownBy(() -> ClipTokenizer.read(tokenizer, "!", 77)).isInstanceOf(EngineException.ModelProblem.class);
    }
}
