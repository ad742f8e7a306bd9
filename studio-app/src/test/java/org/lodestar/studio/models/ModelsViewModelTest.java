package org.lodestar.studio.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.studio.session.Bench;
import org.lodestar.studio.session.ModelState;

class ModelsViewModelTest {
    @TempDir
    Path folder;

    private final Deque<Runnable> background = new ArrayDeque<>();
    private Bench bench;
    private ModelsViewModel models;

    @BeforeEach
    void open() throws IOException {
        Path unet = Files.createDirectories(folder.resolve("models/broken/unet"));
        Files.write(unet.resolve("model.onnx"), new byte[] {1, 2, 3});
        bench = new Bench(folder);
        models = new ModelsViewModel(bench.session, background::add, Runnable::run);
    }

    @Test
    void searchingHappensInTheBackgroundAndListsDamagedFolders() {
        models.search();
        assertThat(models.searchingProperty().get()).isTrue();
        assertThat(models.found()).isEmpty();
        background.remove().run();
        assertThat(models.searchingProperty().get()).isFalse();
        assertThat(models.found()).singleElement().satisfies(found -> assertThat(found.report().problems()).isNotEmpty());
    }

    @Test
    void aSecondSearchReplacesTheFirst() {
        models.search();
        models.search();
        background.forEach(Runnable::run);
        assertThat(models.found()).hasSize(1);
    }

    @Test
    void aDamagedModelIsNotLoaded() {
        models.search();
        background.remove().run();
        models.use(models.found().getFirst());
        assertThat(bench.engine.asked()).isEmpty();
    }

    @Test
    void foldersAreKeptAndSearched() {
        models.removeFolder(folder.resolve("models"));
        background.remove().run();
        assertThat(models.found()).isEmpty();
        models.addFolder(folder.resolve("models"));
        background.remove().run();
        assertThat(models.found()).hasSize(1);
        assertThat(new Bench(folder).session.settingsProperty().get().modelFolders()).containsExactly(folder.resolve("models"));
    }

    @Test
    void loadingTellsItsPhaseAndCancellingKeepsTheModelBefore() {
        bench.session.warmUp();
        bench.engine.loads(new CompletableFuture<>());
        bench.session.use("elsewhere");
        assertThat(bench.session.modelStateProperty().get()).isEqualTo(new ModelState.Loading("denoiser", 0.4));
        bench.session.cancelLoading();
        assertThat(bench.session.modelStateProperty().get()).isEqualTo(new ModelState.Unloaded());
        assertThat(bench.session.modelProperty().get()).isEqualTo("starter");
    }

    @Test
    void aLoadedModelIsTheOneRunsUseUntilItIsUnloaded() {
        bench.session.use("elsewhere");
        assertThat(bench.session.modelProperty().get()).isEqualTo("elsewhere");
        bench.session.unload();
        assertThat(bench.session.modelStateProperty().get()).isEqualTo(new ModelState.Unloaded());
        assertThat(bench.session.modelProperty().get()).isEqualTo("elsewhere");
    }
}
