package org.lodestar.engine.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Files of tokenizers, read within limits, and what is said of them when they are wrong.
final class TokenizerFiles {
    static final int MAX_VOCABULARY = 512_000;
    static final String AGAIN = "Download the tokenizer of the model again";
    private static final long MAX_FILE = 1L << 26;

    private TokenizerFiles() {}

    @FunctionalInterface
    interface Reader<T> {
        T read() throws IOException;
    }

    /// What `reader` reads; what it throws becomes one sentence.
    ///
    /// @param where    the file, for the message
    /// @param expected what it should be
    /// @param remedy   what to do if it is not
    static <T> T reading(String where, String expected, String remedy, Reader<T> reader) {
        String found;
        Exception cause;
        try {
            return reader.read();
        } catch (IllegalArgumentException e) {
            found = String.valueOf(e.getMessage());
            cause = e;
        } catch (JacksonException e) {
            found = "damaged JSON";
            cause = e;
        } catch (IOException e) {
            found = "a file that cannot be read (" + e.getMessage() + ")";
            cause = e;
        }
        throw new EngineException.ModelProblem(List.of(new Problem(where, expected, found, remedy)), cause);
    }

    static JsonNode json(Path file) throws IOException {
        return JsonMapper.shared().readTree(bytes(file));
    }

    static List<String> lines(Path file) throws IOException {
        return new String(bytes(file), StandardCharsets.UTF_8).lines().toList();
    }

    private static byte[] bytes(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new IOException(file.getFileName() + " is larger than " + MAX_FILE + " bytes");
        }
        return Files.readAllBytes(file);
    }

    /// The symbol to pad with, as `special_tokens_map.json` or `tokenizer_config.json` in `folder` say it.
    static String padding(Path folder, String fallback) throws IOException {
        for (String name : List.of("special_tokens_map.json", "tokenizer_config.json")) {
            if (Files.isRegularFile(folder.resolve(name))) {
                JsonNode token = json(folder.resolve(name)).path("pad_token");
                JsonNode text = token.isObject() ? token.path("content") : token;
                if (text.isString()) {
                    return text.asString();
                }
            }
        }
        return fallback;
    }

    /// The pieces of a JSON object `{"piece": id, ...}`.
    ///
    /// @param what what messages call them
    static Map<String, Integer> vocabulary(JsonNode pieces, String what) {
        atMost(MAX_VOCABULARY, pieces.size(), what);
        Map<String, Integer> vocabulary = new HashMap<>();
        pieces.properties().forEach(entry -> vocabulary.put(entry.getKey(), entry.getValue().asInt()));
        return vocabulary;
    }

    /// The id of `symbol`, which must be there.
    static int require(Map<String, Integer> vocabulary, String what, String symbol) {
        Integer id = vocabulary.get(symbol);
        if (id == null) {
            throw new IllegalArgumentException("no " + what + " " + symbol);
        }
        return id;
    }

    static void atMost(int limit, int count, String what) {
        if (count > limit) {
            throw new IllegalArgumentException(count + " " + what + ", more than " + limit);
        }
    }
}
