package org.lodestar.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.testing.TinyFolder;
import tools.jackson.databind.JsonNode;

/// What `models inspect` says of a folder: other programs read its JSON, so that its keys are always the same ones, whatever the folder is like.
class ModelsInspectTest {
    private static final List<String> KEYS =
            List.of("components", "devices", "exporter", "family", "folder", "memoryBytes", "name", "notes", "problems", "reason", "usable");
    private static final List<String> COMPONENT_KEYS =
            List.of("bytes", "devices", "file", "inputs", "operators", "opsets", "outputs", "producer", "role", "weightBytes");

    @TempDir
    private Path temp;

    private Shell.Result run(String... args) {
        return new Shell(temp.resolve("cache"), temp.resolve("pictures")).run(args);
    }

    private JsonNode inspected(TinyFolder folder, int exit) {
        Shell.Result result = run("models", "inspect", folder.root().toString(), "--json");
        assertThat(result.exit()).isEqualTo(exit);
        assertThat(result.out().lines()).as("one line of JSON").hasSize(1);
        JsonNode json = result.json();
        assertThat(json.propertyNames()).containsExactlyInAnyOrderElementsOf(KEYS);
        json.path("components").forEach(component -> assertThat(component.propertyNames()).containsExactlyInAnyOrderElementsOf(COMPONENT_KEYS));
        return json;
    }

    private static List<String> texts(JsonNode list) {
        assertThat(list.isArray()).isTrue();
        return list.valueStream().map(JsonNode::asString).toList();
    }

    @Test
    void aGoodFolderHasEverySection() {
        TinyFolder folder = TinyFolder.bare(temp.resolve("dream"), 768);
        JsonNode json = inspected(folder, ExitCode.DONE);

        assertThat(json.path("folder").asString()).isEqualTo(folder.root().toString());
        assertThat(json.path("name").asString()).isEqualTo("Dream");
        assertThat(json.path("family").asString()).isEqualTo("sd1");
        assertThat(json.path("reason").asString()).isEqualTo("its text states are 768 wide");
        assertThat(json.path("exporter").asString()).startsWith("Optimum");
        assertThat(json.path("usable").asBoolean()).isTrue();
        assertThat(texts(json.path("devices"))).containsExactly("cpu", "cuda", "tensorrt", "coreml");
        assertThat(json.path("memoryBytes").asLong()).isPositive();
        assertThat(texts(json.path("problems"))).isEmpty();
        assertThat(texts(json.path("notes"))).anyMatch(note -> note.contains("no vae_encoder")).anyMatch(note -> note.contains("usual noise"));
        assertThat(json.path("components").valueStream().map(part -> part.path("role").asString())).containsExactly("text_encoder", "unet", "vae_decoder");
        JsonNode decoder = json.path("components").get(2);
        assertThat(decoder.path("file").asString()).isEqualTo("vae_decoder/model.onnx");
        assertThat(decoder.path("bytes").asLong()).isEqualTo(folder.file("vae_decoder/model.onnx").toFile().length());
        assertThat(texts(decoder.path("inputs"))).containsExactly("latent_sample: float[batch,4,height,width]");
        assertThat(texts(decoder.path("outputs"))).containsExactly("sample: float[batch,3,h,w]");
        assertThat(decoder.path("producer").asString()).isEqualTo("lodestar-test");
        assertThat(decoder.path("opsets").path("").asLong()).isEqualTo(17);
        assertThat(decoder.path("weightBytes").path("float").asLong()).isEqualTo(64);
        assertThat(decoder.path("operators").isEmpty()).as("none that are not ONNX's own").isTrue();
        assertThat(texts(decoder.path("devices"))).contains("cpu");
    }

    @Test
    void aBrokenFolderHasTheSameSectionsAndSaysHowToMendIt() {
        TinyFolder folder = TinyFolder.write(temp.resolve("broken"));
        folder.cut("unet/model.onnx", 40);
        folder.delete("tokenizer/vocab.txt");
        JsonNode json = inspected(folder, ExitCode.BAD_INPUT);

        assertThat(json.path("usable").asBoolean()).isFalse();
        assertThat(json.path("family").asString()).isEqualTo("unknown");
        assertThat(json.path("memoryBytes").isNull()).isTrue();
        assertThat(json.path("components").valueStream().map(part -> part.path("role").asString())).containsExactly("text_encoder", "vae_decoder");
        assertThat(texts(json.path("problems"))).hasSize(2)
                .anySatisfy(problem -> assertThat(problem).startsWith("unet/model.onnx: expected an ONNX model, found ").endsWith(". Download or export this file again."))
                .anySatisfy(problem -> assertThat(problem).startsWith("tokenizer: expected ").endsWith(". Copy the tokenizer folder of the model too."));

        JsonNode nowhere = run("models", "inspect", temp.resolve("nowhere").toString(), "--json").json();
        assertThat(nowhere.propertyNames()).containsExactlyInAnyOrderElementsOf(KEYS);
        assertThat(texts(nowhere.path("devices"))).isEmpty();
    }

    @Test
    void aFolderForGpusIsNotSaidToLoadHere() {
        TinyFolder folder = TinyFolder.write(temp.resolve("fast"));
        folder.denoiser(8).domain("com.microsoft", 1).node("com.microsoft", "NhwcConv", List.of("sample", "sample"), List.of("z"), Map.of()).write(folder.file("unet/model.onnx"));
        JsonNode json = inspected(folder, ExitCode.DONE);
        assertThat(texts(json.path("devices"))).containsExactly("cuda");
        assertThat(json.path("components").get(1).path("operators").path("com.microsoft:NhwcConv").asInt()).isEqualTo(1);
        String said = run("models", "inspect", folder.root().toString()).out();
        assertThat(said).contains("note: unet/model.onnx was exported for a GPU (NhwcConv) and does not run on the CPU.").endsWith("It will load on cuda only, not on the CPU.\n");
        assertThat(run("models", "inspect", "starter").out()).endsWith("It will load.\n");
    }
}
