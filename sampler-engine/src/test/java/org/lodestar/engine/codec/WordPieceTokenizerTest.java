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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WordPieceTokenizerTest {
    private static final Path VOCABULARY = Path.of(System.getProperty("lodestar.root"), "models/starter/tokenizer/vocab.txt");

    private final WordPieceTokenizer tokenizer = WordPieceTokenizer.read(VOCABULARY, 32);

    @Test
    void agreesWithTheReferenceTokenizerOnRecordedTexts() throws IOException {
        JsonNode cases;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/starter/wordpiece.json"))) {
            cases = JsonMapper.builder().build().readTree(in).get("cases");
        }
        assertThat(cases.size()).isGreaterThan(300);

        SoftAssertions all = new SoftAssertions();
        for (JsonNode recorded : cases) {
            List<Tokenizer.Token> expected = new ArrayList<>();
            for (int i = 0; i < recorded.get(1).size(); i++) {
                JsonNode span = recorded.get(2).get(i);
                expected.add(new Tokenizer.Token(recorded.get(1).get(i).asInt(), span.get(0).asInt(), span.get(1).asInt()));
            }
            String text = recorded.get(0).asString();
            all.assertThat(tokenizer.tokens(text)).as("\"%s\"", text).isEqualTo(expected);
        }
        all.assertAll();
    }

    @Test
    void marksAndPadsToTheContext() {
        assertThat(tokenizer.encode("red apple")).hasSize(32).startsWith(101, 2417, 6207, 102, 0).endsWith(0);
        assertThat(tokenizer.encode("")).startsWith(101, 102, 0);
    }

    @Test
    void cutsWhatDoesNotFitAndStillClosesTheText() {
        int[] ids = tokenizer.encode("red ".repeat(50));

        assertThat(tokenizer.capacity()).isEqualTo(30);
        assertThat(ids).hasSize(32).endsWith(2417, 102);
    }

    @Test
    void tellsWhichPieceAVocabularyLacks(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n");

        assertThatThrownBy(() -> WordPieceTokenizer.read(file, 32))
                .isInstanceOf(EngineException.ModelProblem.class)
                .hasMessage("tokenizer/vocab.txt: expected a BERT vocabulary, found no piece [SEP]. Download the tokenizer of the model again.");
    }
}
