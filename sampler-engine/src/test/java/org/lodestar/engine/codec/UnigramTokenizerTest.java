package org.lodestar.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The fixtures in `unigram/` hold what the reference library gives; models/tools/record_unigram.py wrote them.
class UnigramTokenizerTest {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    @TempDir
    Path folder;

    private static InputStream resource(String name) {
        return Objects.requireNonNull(UnigramTokenizerTest.class.getResourceAsStream("/unigram/" + name));
    }

    private static JsonNode cases() throws IOException {
        try (InputStream in = resource("cases.json")) {
            return MAPPER.readTree(in);
        }
    }

    private static ObjectNode file() throws IOException {
        try (InputStream in = new GZIPInputStream(resource("tokenizer.json.gz"))) {
            return (ObjectNode) MAPPER.readTree(in);
        }
    }

    private UnigramTokenizer read(JsonNode file) throws IOException {
        Path tokenizer = Files.createDirectories(folder.resolve("tokenizer_3"));
        Files.write(tokenizer.resolve("tokenizer.json"), MAPPER.writeValueAsBytes(file));
        return UnigramTokenizer.read(tokenizer, 16);
    }

    /// The tokenizer of a kind: the file itself ("t5"), or the file with the parts that are recorded as different.
    private UnigramTokenizer kind(String kind) throws IOException {
        ObjectNode file = file();
        JsonNode map = file.path("normalizer").path("normalizers").path(0).path("precompiled_charsmap");
        cases().path(kind + "-parts").properties().forEach(part -> file.set(part.getKey(), part.getValue()));
        if (file.path("normalizer").path("precompiled_charsmap").asString("").equals("of t5")) {
            ((ObjectNode) file.path("normalizer")).set("precompiled_charsmap", map);
        }
        return read(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"t5", "t5-later", "first"})
    void givesTheRecordedIdsOfTheReferenceLibrary(String kind) throws IOException {
        UnigramTokenizer tokenizer = kind(kind);
        SoftAssertions all = new SoftAssertions();
        for (JsonNode recorded : cases().get(kind)) {
            String text = recorded.get(0).asString();
            List<Integer> ids = recorded.get(1).valueStream().map(JsonNode::asInt).toList();
            all.assertThat(tokenizer.tokens(text)).extracting(Tokenizer.Token::id).as("\"%s\"", text).isEqualTo(ids.subList(0, ids.size() - 1));
        }
        all.assertAll();
    }

    /// Where several characters become one, the library's spans name one of them; here they cover all.
    @Test
    void tellsWhichCharactersATokenStandsFor() throws IOException {
        assertThat(spans("guidance, the  step")).containsExactly("guidance", ",", " the", "  step");
        assertThat(spans("e\u0301")).containsOnly("e\u0301");
        assertThat(spans("\ud83d\udc3f\ud83d\udc3f x")).containsExactly("\ud83d\udc3f", "\ud83d\udc3f\ud83d\udc3f", " x");
    }

    private List<String> spans(String text) throws IOException {
        return read(file()).tokens(text).stream().map(token -> text.substring(token.start(), token.end())).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"t5", "t5-later", "first"})
    void givesTheIdsOfTheReferenceLibraryForTenThousandTexts(String kind) throws Exception {
        UnigramTokenizer tokenizer = kind(kind);
        byte[] hashes;
        try (InputStream in = resource(kind + ".hashes")) {
            hashes = in.readAllBytes();
        }
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        GeneratedTexts texts = new GeneratedTexts(20261123);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < hashes.length / 4; i++) {
            String text = texts.next();
            String ids = tokenizer.tokens(text).stream().map(token -> Integer.toString(token.id())).collect(Collectors.joining(","));
            byte[] found = Arrays.copyOf(sha.digest(ids.getBytes(StandardCharsets.US_ASCII)), 4);
            if (!Arrays.equals(found, Arrays.copyOfRange(hashes, 4 * i, 4 * i + 4))) {
                wrong.add(i + ": " + MAPPER.writeValueAsString(text) + " gave " + ids);
            }
        }
        assertThat(hashes).hasSize(40_000);
        assertThat(wrong).isEmpty();
    }

    @Test
    void closesPadsAndCutsToTheContext() throws IOException {
        UnigramTokenizer tokenizer = read(file());

        int[] ids = tokenizer.encode("a red apple");
        int used = tokenizer.tokens("a red apple").size();
        assertThat(ids).hasSize(16).endsWith(0);
        assertThat(ids[used]).isEqualTo(1);
        assertThat(tokenizer.encode("")).startsWith(1, 0);

        assertThat(tokenizer.capacity()).isEqualTo(15);
        assertThat(tokenizer.encode("guidance ".repeat(40))).hasSize(16).endsWith(1).doesNotContain(0);
        assertThat(tokenizer.frame()).isEqualTo(new TokenFrame(List.of(), List.of(1), 0, 16));
    }

    @Test
    void padsAsTheFilesBesideItSay() throws IOException {
        Path tokenizer = Files.createDirectories(folder.resolve("tokenizer_3"));
        Files.writeString(tokenizer.resolve("special_tokens_map.json"), "{\"pad_token\": {\"content\": \"<extra_id_0>\"}}");
        int extra = read(file()).tokens("<extra_id_0>").getFirst().id();

        assertThat(read(file()).frame().padding()).isEqualTo(extra);
    }

    @Test
    void takesUnpairedSurrogatesAsUnknown() throws IOException {
        List<Tokenizer.Token> tokens = read(file()).tokens("a\ud83d b");

        assertThat(tokens).isNotEmpty().allMatch(token -> token.end() > token.start() && token.end() <= 4);
    }

    @Test
    void spellsUnknownCharactersInBytesWhereTheVocabularyHasThem() throws IOException {
        ObjectNode file = file();
        ObjectNode model = (ObjectNode) file.path("model");
        model.put("byte_fallback", true);
        ArrayNode vocab = (ArrayNode) model.path("vocab");
        int first = vocab.size();
        for (int b = 0; b < 256; b++) {
            vocab.addArray().add(String.format("<0x%02X>", b)).add(0.0);
        }

        assertThat(read(file).tokens("\ud83d\udc3f")).extracting(Tokenizer.Token::id).endsWith(first + 0xf0, first + 0x9f, first + 0x90, first + 0xbf);
    }

    @Test
    void staysQuickOnVeryLongWords() throws IOException {
        UnigramTokenizer tokenizer = read(file());
        long start = System.nanoTime();
        assertThat(tokenizer.tokens("guidance".repeat(2_500))).isNotEmpty();
        assertThat(System.nanoTime() - start).isLessThan(3_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            normalizer     | {"type":"NFD"}                                                                        | the normalizer "NFD"
            normalizer     | {"type":"Replace","pattern":{"Regex":"(a+)+$"},"content":""}                          | a replacement of a pattern other than a plain text
            normalizer     | {"type":"Precompiled","precompiled_charsmap":"AAAA"}                                  | a character map whose length is wrong
            pre_tokenizer  | {"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated","invert":false}    | the pre-tokenizer "Split"
            pre_tokenizer  | null                                                                                  | no pre-tokenizer
            pre_tokenizer  | {"type":"Metaspace","replacement":"ab"}                                               | a Metaspace mark "ab", which is not one character
            pre_tokenizer  | {"type":"Metaspace","replacement":"_","prepend_scheme":"last"}                        | the prepend scheme "last"
            post_processor | {"type":"BertProcessing"}                                                             | the post-processor "BertProcessing"
            added_tokens   | [{"id":1,"content":"</s>","single_word":true}]                                        | the added token "</s>", which is to be found in whole words only
            added_tokens   | [{"id":1,"content":""}]                                                               | an added token without a text or an id
            model          | {"type":"BPE","vocab":{},"merges":[]}                                                 | a model of the kind BPE
            model          | {"type":"Unigram","unk_id":7,"vocab":[["a",0.0]]}                                     | no unk_id that is one of its 1 pieces
            model          | {"type":"Unigram","unk_id":0,"vocab":[["a"]]}                                         | an entry of the vocabulary that is not a piece and its score
            """)
    void refusesWhatItDoesNotDo(String key, String value, String found) throws IOException {
        ObjectNode file = file();
        file.set(key, MAPPER.readTree(value));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(EngineException.ModelProblem.class)
                .hasMessageStartingWith("tokenizer_3/tokenizer.json: expected a Unigram tokenizer")
                .hasMessageContaining("found " + found)
                .hasMessageEndingWith("Put the tokenizer.json of the model's T5 text encoder there, as its publisher offers it.");
    }

    @Test
    void refusesACharacterMapThatLeadsOutOfItself() {
        // Root; 'a' at 1 ^ 'a' = 96 with an entry whose value lies at 0, beyond the replacements.
        int[] units = new int[256];
        units[0] = 1 << 10;
        units[1 ^ 'a'] = 'a' | 1 << 8 | (1 ^ 'a' ^ 3) << 10;
        assertThat(new CharacterMap(map(units, 0, "b\0")).replacement("ax")).contains("b");
        assertThat(new CharacterMap(map(units, 0, "b\0")).replacement("bx")).isEmpty();

        assertThatThrownBy(() -> new CharacterMap(map(units, 5, "b\0"))).hasMessage("a character map that leads out of itself");
        assertThatThrownBy(() -> new CharacterMap(map(units, 0, "b"))).hasMessage("a character map that leads out of itself");
        units[0] = 0x7ff << 10;
        assertThat(new CharacterMap(map(units, 0, "b\0")).replacement("a")).isEmpty();
    }

    private static byte[] map(int[] units, int place, String replacements) {
        units[3] = 1 << 31 | place;
        ByteBuffer out = ByteBuffer.allocate(4 + 4 * units.length + replacements.length()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(4 * units.length);
        Arrays.stream(units).forEach(out::putInt);
        return out.put(replacements.getBytes(StandardCharsets.US_ASCII)).array();
    }

    @Test
    void saysWhatIsWrongWithItsFile() throws IOException {
        Path tokenizer = Files.createDirectories(folder.resolve("tokenizer_3"));
        assertThatThrownBy(() -> UnigramTokenizer.read(tokenizer, 16)).isInstanceOf(EngineException.ModelProblem.class).hasMessageContaining("a file that cannot be read");

        Files.writeString(tokenizer.resolve("tokenizer.json"), "{\"model");
        assertThatThrownBy(() -> UnigramTokenizer.read(tokenizer, 16)).hasMessageContaining("damaged JSON");

        Files.writeString(tokenizer.resolve("tokenizer.json"), "[]");
        assertThatThrownBy(() -> UnigramTokenizer.read(tokenizer, 16)).isInstanceOf(EngineException.ModelProblem.class);
    }
}
