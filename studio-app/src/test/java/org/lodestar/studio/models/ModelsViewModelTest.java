package org.lodestar.studio.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.FoundModel;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.MemoryNeed;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.studio.create.RecipeViewModel;
import org.lodestar.studio.session.Bench;
import org.lodestar.studio.session.FakeEngine;
import org.lodestar.studio.session.ModelState;

class ModelsViewModelTest {
    @TempDir
    Path folder;

    private final Deque<Runnable> background = new ArrayDeque<>();
    private final List<Path> opened = new ArrayList<>();
    private Bench bench;
    private ModelsViewModel models;

    @BeforeEach
    void open() throws IOException {
        Path unet = Files.createDirectories(folder.resolve("models/broken/unet"));
        Files.write(unet.resolve("model.onnx"), new byte[] {1, 2, 3});
        bench = new Bench(folder);
        models = new ModelsViewModel(bench.session, background::add, Runnable::run, opened::add);
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
        assertThat(ModelsViewModel.facts(models.found().getFirst())).as("no size of nothing").isEqualTo("No network was found in it");
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

    private FoundModel sound(String name, MemoryNeed need) {
        return new FoundModel(new PackageReport(folder.resolve(name), name, "sd1", "by its name", List.of(), List.of(), List.of()), Optional.of(need), 0);
    }

    @Test
    void theModelThatWasLoadedLastIsLoadedAtTheNextStart() {
        Path other = folder.resolve("other");
        models.use(sound("other", new MemoryNeed(1, 1, 1, 0)));
        assertThat(bench.session.modelProperty().get()).isEqualTo(other.toString());

        Bench next = new Bench(folder);
        next.session.warmUp();
        assertThat(next.engine.asked()).containsExactly(other.toString());
        assertThat(next.session.modelProperty().get()).isEqualTo(other.toString());
    }

    @Test
    void aModelThatFailsToLoadIsNotKept() {
        bench.engine.loads(CompletableFuture.failedFuture(new EngineException.InferenceFailure("It does not load.", null)));
        models.use(sound("other", new MemoryNeed(1, 1, 1, 0)));
        assertThat(bench.session.modelStateProperty().get()).isEqualTo(new ModelState.Unusable("It does not load.", false));
        assertThat(new Bench(folder).session.modelProperty().get()).isEqualTo("starter");
    }

    @Test
    void theStarterModelIsKeptByItsNameAndNotByWhereItLies() {
        models.use(sound("starter", new MemoryNeed(1, 1, 1, 0)));
        assertThat(bench.engine.asked()).containsExactly("starter");
    }

    @Test
    void aSecondModelIsPutBesideTheLoadedOneAndNamedInEveryRecipeUntilAnotherIsUsed() {
        FoundModel small = sound("small", new MemoryNeed(1, 1, 1, 0));
        assertThat(models.canLend(small)).as("nothing is loaded yet").isFalse();
        bench.session.warmUp();
        assertThat(models.canLend(small)).isTrue();
        models.lend(small, Branch.Net.WEAK);
        Lent weak = Lent.by(folder.resolve("small").toString(), Branch.Net.WEAK);
        assertThat(bench.engine.lent()).containsExactly(weak);
        assertThat(models.lenders()).containsOnlyKeys(Branch.Net.WEAK);
        RecipeViewModel recipe = new RecipeViewModel(bench.session, FakeEngine.INSTRUMENTS, new Random(1));
        assertThat(recipe.spec().lent()).containsExactly(weak);

        models.lend(sound("other", new MemoryNeed(1, 1, 1, 0)), Branch.Net.SECOND);
        assertThat(bench.engine.lent()).extracting(Lent::role).containsExactly(Branch.Net.WEAK, Branch.Net.SECOND);
        models.giveBack(Branch.Net.WEAK);
        assertThat(bench.session.lentProperty().get()).extracting(Lent::role).containsExactly(Branch.Net.SECOND);
        models.use(small);
        assertThat(bench.session.lentProperty().get()).isEmpty();
        assertThat(recipe.spec().lent()).isEmpty();
    }

    @Test
    void aSecondModelThatIsRefusedLeavesAllAsItWas() {
        bench.session.warmUp();
        bench.engine.loads(CompletableFuture.failedFuture(new EngineException.InferenceFailure("It does not fit.", null)));
        models.lend(sound("small", new MemoryNeed(1, 1, 1, 0)), Branch.Net.WEAK);
        assertThat(ModelsViewModel.sentence(bench.session.modelStateProperty().get())).isEqualTo("It does not fit.");
        assertThat(models.lenders()).isEmpty();
    }

    @Test
    void aModelRefusedForItsMemoryIsLoadedWhereTheUserInsists() {
        bench.engine.loads(CompletableFuture.failedFuture(new EngineException.ModelTooLarge("It needs more.")));
        models.use(sound("large", new MemoryNeed(1, 1, 1, 0)));
        assertThat(bench.session.modelStateProperty().get()).isEqualTo(new ModelState.Unusable("It needs more.", true));

        bench.session.loadAnyway();
        String large = folder.resolve("large").toString();
        assertThat(bench.engine.asked()).containsExactly(large, "any memory for " + large, large);
    }

    @Test
    void cardsWarnOfModelsThatAreLargeForTheMachine() {
        FoundModel model = sound("large", new MemoryNeed(600, 300, 200, 0));
        assertThat(ModelsViewModel.warning(model, 1125)).isEmpty();
        assertThat(ModelsViewModel.warning(model, 1000)).hasValueSatisfying(text -> assertThat(text).contains("loaded in turn"));
        assertThat(ModelsViewModel.warning(model, 500)).hasValueSatisfying(text -> assertThat(text).contains("may fail"));
    }

    @Test
    void aFolderThatIsMissingIsSaidAndAModelsFolderCanBeOpened() {
        assertThat(ModelsViewModel.problem(folder)).isEmpty();
        assertThat(ModelsViewModel.problem(folder.resolve("gone"))).hasValueSatisfying(text -> assertThat(text).contains("does not exist"));
        models.openFolder(sound("other", new MemoryNeed(1, 1, 1, 0)));
        assertThat(opened).containsExactly(folder.resolve("other"));
    }
}
