package org.lodestar.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.model.CancelToken;

class ModelSearchTest {
    @TempDir
    Path root;

    private Path model(String where) throws IOException {
        Path unet = Files.createDirectories(root.resolve(where).resolve("unet"));
        Files.write(unet.resolve("model.onnx"), new byte[] {1, 2, 3});
        return root.resolve(where);
    }

    private static List<FoundModel> search(Path... folders) {
        List<FoundModel> found = new ArrayList<>();
        ModelSearch.walk(List.of(folders), new CancelToken(), found::add);
        return found;
    }

    private static List<Path> folders(List<FoundModel> found) {
        return found.stream().map(model -> model.report().folder()).toList();
    }

    @Test
    void itLooksTwoLevelsDeepAndNoDeeper() throws IOException {
        Path near = model("a");
        Path far = model("b/c");
        model("b/d/e");
        assertThat(folders(search(root))).containsExactly(near, far);
    }

    @Test
    void aModelFolderItselfIsFoundAndItsInsideNotSearched() throws IOException {
        Path whole = model("a");
        model("a/weak");
        assertThat(folders(search(whole))).containsExactly(whole);
        assertThat(folders(search(root, whole))).containsExactly(whole);
    }

    @Test
    void aDamagedFolderIsListedWithItsProblem() throws IOException {
        model("broken");
        assertThat(search(root)).singleElement().satisfies(found -> {
            assertThat(found.report().usable()).isFalse();
            assertThat(found.report().problems()).isNotEmpty();
            assertThat(found.memory()).isEmpty();
        });
    }

    @Test
    void aSoundModelTellsItsSizeAndNeed() {
        Path starter = Path.of("..", "models");
        assertThat(search(starter)).singleElement().satisfies(found -> {
            assertThat(found.report().problems()).isEmpty();
            // The denoiser and its three siblings share one file of weights.
            assertThat(found.bytes().orElseThrow()).isBetween(50_000_000L, 95_000_000L);
            assertThat(found.memory().orElseThrow().total()).isGreaterThan(found.bytes().orElseThrow() / 4);
        });
    }

    @Test
    void foldersThatAreNotThereOrHoldSomethingElseHoldNoModels() throws IOException {
        Files.createDirectories(root.resolve("pictures").resolve("holiday"));
        assertThat(search(root, root.resolve("nowhere"))).isEmpty();
    }

    @Test
    void otherNetworksBesideTheModelsNeitherHideThemNorCountAsModels() throws IOException {
        Path first = model("a");
        for (String file : List.of("taesd/model.onnx", "taesdxl/vae_decoder/model.onnx", "taef1-onnx/taef1_decoder/model.onnx", "upscalers/fourfold.onnx", "upscalers/more/fourfold.onnx", "taesd3_decoder.onnx")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.write(root.resolve(file), new byte[] {1, 2, 3});
        }
        Path half = root.resolve("half");
        Files.write(Files.createDirectories(half.resolve("vae_decoder")).resolve("model.onnx"), new byte[] {1, 2, 3});
        Path renamed = Files.createDirectories(root.resolve("renamed"));
        Files.writeString(renamed.resolve("lodestar.json"), "{\"files\": {\"unet\": \"nets/denoiser.onnx\"}}");
        assertThat(folders(search(root))).containsExactly(first, half, renamed);
    }

    @Test
    void cancellingEndsTheSearchAfterTheModelAtHand() throws IOException {
        Path first = model("a");
        model("b");
        model("c");
        List<FoundModel> found = new ArrayList<>();
        CancelToken cancel = new CancelToken();
        ModelSearch.walk(List.of(root), cancel, model -> {
            found.add(model);
            cancel.cancel();
        });
        assertThat(folders(found)).containsExactly(first);
    }
}
