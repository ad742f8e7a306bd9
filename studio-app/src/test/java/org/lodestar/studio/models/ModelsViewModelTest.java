package org.lodestar.studio.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.create.CreateViewModel;
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
    void ofAFolderThatCannotBeReadNoSizeIsTold() {
        FoundModel closed = new FoundModel(sound("closed", new MemoryNeed(1, 1, 1, 0)).report(), Optional.empty(), OptionalLong.empty());
        assertThat(ModelsViewModel.facts(closed)).isEqualTo("This folder cannot be read");
        assertThat(ModelsViewModel.facts(sound("open", new MemoryNeed(1, 1, 1, 0)))).startsWith("sd1 · 94 MB on disk");
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
        return new FoundModel(new PackageReport(folder.resolve(name), name, "sd1", "by its name", List.of(), List.of(), List.of()), Optional.of(need), OptionalLong.of(94_000_000));
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
    void aSecondModelThatIsRefusedLeavesAllAsItWasAndIsToldWhy() {
        CreateViewModel create = new CreateViewModel(bench.session, FakeEngine.INSTRUMENTS, bench.worker, new Random(1));
        bench.session.warmUp();
        bench.engine.refuseLenders(new EngineException.InferenceFailure("It does not fit.", null));
        models.lend(sound("small", new MemoryNeed(1, 1, 1, 0)), Branch.Net.WEAK);
        assertThat(bench.session.modelStateProperty().get()).isInstanceOf(ModelState.Ready.class);
        assertThat(bench.session.refusedLenderProperty().get()).isEqualTo(new ModelState.Unusable("It does not fit.", false));
        assertThat(create.problems()).singleElement().asString().endsWith("It does not fit.");
        assertThat(models.lenders()).isEmpty();
        assertThat(bench.session.settingsProperty().get().model().lent()).isEmpty();
    }

    @Test
    void aSecondModelRefusedForItsMemoryCanBePutBesideAllTheSame() {
        bench.session.warmUp();
        bench.engine.refuseLenders(new EngineException.ModelTooLarge("It needs more."));
        models.lend(sound("small", new MemoryNeed(1, 1, 1, 0)), Branch.Net.WEAK);
        bench.session.loadAnyway();
        assertThat(bench.engine.asked()).containsExactly("starter", "starter", "starter", "any memory for starter", "starter", "starter");
    }

    @Test
    void whatIsLentIsLentAtTheNextStartAgain() throws IOException {
        Path small = Files.createDirectories(folder.resolve("small"));
        bench.session.warmUp();
        bench.session.borrow(small, Branch.Net.WEAK);
        Lent weak = Lent.by(small.toString(), Branch.Net.WEAK);

        Bench next = new Bench(folder);
        next.session.warmUp();
        assertThat(next.engine.lent()).containsExactly(weak);
        assertThat(next.session.lentProperty().get()).containsExactly(weak);

        Bench without = new Bench(folder);
        without.engine.refuseLenders(new EngineException.InferenceFailure("It is not there.", null));
        without.session.warmUp();
        assertThat(without.session.modelStateProperty().get()).as("the model goes on alone").isInstanceOf(ModelState.Ready.class);
        assertThat(without.session.lentProperty().get()).isEmpty();
        assertThat(without.session.refusedLenderProperty().get()).isEqualTo(new ModelState.Unusable("It is not there.", false));
        assertThat(without.session.settingsProperty().get().model().lent()).as("the drive may be connected again").containsExactly(weak);

        next.session.giveBack(Branch.Net.WEAK);
        assertThat(new Bench(folder).session.lentProperty().get()).isEmpty();
    }

    @Test
    void aPicturesSettingsBringWhatItsModelWasLent() throws IOException {
        Path small = Files.createDirectories(folder.resolve("small"));
        bench.session.warmUp();
        RecipeViewModel recipe = new RecipeViewModel(bench.session, FakeEngine.INSTRUMENTS, new Random(1));
        RunSpec plain = recipe.spec();
        Lent weak = new Lent(Branch.Net.WEAK, small.toString(), "a".repeat(64));
        recipe.show(plain.withSeed(5).withLent(List.of(weak)));
        assertThat(bench.engine.lent()).containsExactly(weak);
        assertThat(recipe.spec().lent()).as("with the hash, so that another net is not taken for it").containsExactly(weak);
        assertThat(new Bench(folder).session.lentProperty().get()).containsExactly(Lent.by(small.toString(), Branch.Net.WEAK));

        recipe.show(plain);
        assertThat(recipe.spec().lent()).as("as the picture was made: alone").isEmpty();
    }

    @Test
    void aLenderThatIsGoneIsNamedAndTheRestIsTaken() {
        bench.session.warmUp();
        RecipeViewModel recipe = new RecipeViewModel(bench.session, FakeEngine.INSTRUMENTS, new Random(1));
        RunSpec made = recipe.spec().withSeed(5).withLent(List.of(new Lent(Branch.Net.WEAK, folder.resolve("gone").toString(), "a".repeat(64)), Lent.by("starter", Branch.Net.SECOND)));
        assertThatThrownBy(() -> recipe.show(made)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining(folder.resolve("gone").toString());
        assertThat(recipe.form().seedProperty().get()).isEqualTo(5);
        assertThat(recipe.spec().lent()).extracting(Lent::role).containsExactly(Branch.Net.SECOND);
    }

    @Test
    void whatAnotherModelWasLentIsNotPutBesideThisOne() throws IOException {
        Path small = Files.createDirectories(folder.resolve("small"));
        bench.session.use("elsewhere");
        RecipeViewModel recipe = new RecipeViewModel(bench.session, FakeEngine.INSTRUMENTS, new Random(1));
        RunSpec made = recipe.spec().withModel("starter").withLent(List.of(Lent.by(small.toString(), Branch.Net.WEAK)));
        assertThatThrownBy(() -> recipe.show(made)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("starter");
        assertThat(bench.session.lentProperty().get()).isEmpty();
        recipe.show(made.withLent(List.of()));
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
