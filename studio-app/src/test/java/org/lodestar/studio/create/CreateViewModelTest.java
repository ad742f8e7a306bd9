package org.lodestar.studio.create;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.PngText;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.guidance.ParameterViewModel;
import org.lodestar.studio.source.SourceViewModel;
import org.lodestar.studio.session.Bench;
import org.lodestar.studio.session.FakeRun;
import org.lodestar.studio.session.FinishedPicture;
import org.lodestar.studio.session.HistoryEntry;
import org.lodestar.studio.session.FakeEngine;

class CreateViewModelTest {
    @TempDir
    Path folder;

    private Bench bench;
    private CreateViewModel create;

    @BeforeEach
    void open() {
        bench = new Bench(folder);
        create = new CreateViewModel(bench.session, FakeEngine.INSTRUMENTS, bench.worker, new SplittableRandom(1));
        bench.session.warmUp();
    }

    private ParameterViewModel weight() {
        return create.recipe().guidance().cards().getFirst().parameter("w");
    }

    private FakeRun generate() {
        create.generate();
        FakeRun run = bench.engine.run();
        run.start();
        bench.frame();
        return run;
    }

    @Test
    void theModelsDefaultsFillAnUntouchedForm() {
        assertThat(create.recipe().spec().steps()).isEqualTo(20);
        assertThat(Term.text(create.recipe().guidance().stack())).isEqualTo("cfg(w=5)");
        assertThat(create.recipe().form().sampler().term().id()).isEqualTo("ddim");
    }

    @Test
    void theModelsDefaultsLeaveAFormAloneThatWasTouched() {
        Bench other = new Bench(folder.resolve("other"));
        CreateViewModel early = new CreateViewModel(other.session, FakeEngine.INSTRUMENTS, other.worker, new SplittableRandom(1));
        early.recipe().form().stepsProperty().set(7);
        other.session.warmUp();
        assertThat(early.recipe().spec().steps()).isEqualTo(7);
    }

    @Test
    void bracketsAreReadAsChosenAndAPictureBringsItsReadingBack() {
        assertThat(create.recipe().spec().syntax()).isEqualTo(Dialect.A1111);
        long changes = create.recipe().form().changesProperty().get();
        create.recipe().form().syntaxProperty().set(Dialect.COMFY);
        assertThat(create.recipe().form().changesProperty().get()).isGreaterThan(changes);
        RunSpec comfy = create.recipe().spec();
        assertThat(comfy.syntax()).isEqualTo(Dialect.COMFY);
        create.recipe().form().syntaxProperty().set(Dialect.PLAIN);
        create.recipe().show(comfy);
        assertThat(create.recipe().form().syntaxProperty().get()).isEqualTo(Dialect.COMFY);
    }

    @Test
    void aSchedulesTextIsShownAsItWasTyped() {
        create.recipe().form().promptProperty().set("a [fox:wolf:0.5]");
        RunSpec spec = create.recipe().spec();
        create.recipe().show(spec);
        assertThat(create.recipe().form().promptProperty().get()).isEqualTo("a [fox:wolf:0.5]");
        assertThat(create.recipe().changeFrom(spec, 15).isEmpty()).isTrue();
    }

    @Test
    void anotherReadingOfBracketsIsPartOfABranch() {
        create.recipe().form().promptProperty().set("a (red:1.2) fox");
        RunSpec spec = create.recipe().spec();
        create.recipe().form().syntaxProperty().set(Dialect.PLAIN);
        assertThat(create.recipe().changeFrom(spec, 3)).isEqualTo(new Change(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(Dialect.PLAIN)));
    }

    @Test
    void aTemplateIsDrawnForTheRunAndStaysInTheForm() {
        create.recipe().form().promptProperty().set("a {red|grey} fox");
        FakeRun run = generate();
        String drawn = run.lanes().getFirst().prompt();
        assertThat(drawn).isIn("a red fox", "a grey fox");
        assertThat(create.recipe().form().promptProperty().get()).isEqualTo("a {red|grey} fox");
        assertThat(create.recipe().form().promptProperty().drawnProperty().get()).isEqualTo(drawn);
        assertThat(create.recipe().changeFrom(run.lanes().getFirst(), 3).isEmpty()).isTrue();
        create.recipe().form().promptProperty().set("");
        assertThat(create.recipe().form().promptProperty().drawnProperty().get()).isEmpty();
        create.recipe().show(run.lanes().getFirst());
        assertThat(create.recipe().form().promptProperty().get()).isEqualTo("a {red|grey} fox");
        assertThat(create.recipe().form().promptProperty().drawnProperty().get()).isEqualTo(drawn);
    }

    @Test
    void aMissingWildcardIsASentenceAndNothingRuns() {
        create.recipe().form().promptProperty().set("a __colour__ fox");
        create.generate();
        assertThat(create.problems()).singleElement().satisfies(sentence -> assertThat(sentence).contains("colour.txt"));
        assertThat(bench.engine.runs()).isEmpty();
    }

    @Test
    void generatingRunsWhatTheFormSays() {
        create.recipe().form().promptProperty().set("a red fox");
        create.recipe().form().negativeProperty().set("blurry");
        weight().set(7.5);
        generate();
        RunSpec spec = bench.engine.run().lanes().getFirst();
        assertThat(spec.prompt()).isEqualTo("a red fox");
        assertThat(spec.negative()).isEqualTo("blurry");
        assertThat(Term.text(spec.policy())).isEqualTo("cfg(w=7.5)");
        assertThat(create.runningProperty().get()).isTrue();
    }

    @Test
    void thePictureToStartFromIsPartOfTheNextRunAndOfWhatARecipeShows() {
        SourceViewModel source = create.recipe().form().source();
        source.choose(folder.resolve("fox.png"));
        source.strengthProperty().set(0.35);
        source.mask(folder.resolve("hole.png"));

        RunSpec spec = create.recipe().spec();

        assertThat(spec.source()).hasValueSatisfying(from -> {
            assertThat(from.picture().path()).endsWith("fox.png");
            assertThat(from.strength()).isEqualTo(0.35);
            assertThat(from.mask()).isPresent();
        });
        source.mask(null);
        assertThat(create.recipe().spec().source().orElseThrow().mask()).isEmpty();
        source.clear();
        assertThat(create.recipe().spec().source()).isEmpty();
        create.recipe().show(spec);
        assertThat(create.recipe().spec().source()).isEqualTo(spec.source());
        assertThat(source.strengthProperty().get()).isEqualTo(0.35);
    }

    @Test
    void onlyFilesOfKnownFormatsAreTakenAsPicturesToStartFrom() {
        assertThat(SourceViewModel.takes(folder.resolve("fox.PNG"))).isTrue();
        assertThat(SourceViewModel.takes(folder.resolve("fox.jpg"))).isTrue();
        assertThat(SourceViewModel.takes(folder.resolve("fox.webp"))).isFalse();
    }

    @Test
    void theSeedChangesWithEachPictureUnlessItIsLocked() {
        long first = generate().lanes().getFirst().seed();
        bench.engine.run().finish();
        bench.frame();
        long second = generate().lanes().getFirst().seed();
        create.recipe().seedLockedProperty().set(true);
        long third = generate().lanes().getFirst().seed();
        assertThat(second).isNotEqualTo(first);
        assertThat(third).isEqualTo(second);
        assertThat(create.recipe().form().seedProperty().get()).as("shown afterwards").isEqualTo(third);
    }

    @Test
    void aSliderMovedDuringARunActsFromItsNextStepAndIsMarked() {
        FakeRun run = generate();
        run.advance(6);
        bench.frame();
        weight().set(9.0);
        run.advance(1);
        bench.frame();
        assertThat(Term.text(run.lanes().getFirst().at(5).policy())).isEqualTo("cfg(w=5)");
        assertThat(Term.text(run.lanes().getFirst().at(6).policy())).isEqualTo("cfg(w=9)");
        assertThat(create.stage().marks()).singleElement().satisfies(mark -> {
            assertThat(mark.step()).isEqualTo(6);
            assertThat(mark.text()).isEqualTo("5→9");
        });
        assertThat(bench.engine.runs()).hasSize(1);
    }

    @Test
    void aPromptTypedDuringARunWaitsForTheNextPicture() {
        FakeRun run = generate();
        create.recipe().form().promptProperty().set("something else");
        run.advance(1);
        bench.frame();
        assertThat(run.lanes().getFirst().edits()).isEmpty();
    }

    @Test
    void stopCancelsTheRunInFlight() {
        FakeRun run = generate();
        run.advance(3);
        create.stop();
        bench.frame();
        assertThat(run.isOver()).isTrue();
        assertThat(create.runningProperty().get()).isFalse();
        assertThat(create.problems()).isEmpty();
    }

    @Test
    void liveRunsAgainOncePerPauseAndCancelsWhatWasInFlight() {
        create.liveProperty().set(true);
        create.recipe().form().promptProperty().set("a");
        bench.pulse.advance(100);
        create.recipe().form().promptProperty().set("ap");
        bench.pulse.advance(100);
        assertThat(bench.engine.runs()).as("typing goes on").isEmpty();
        bench.pulse.advance(60);
        assertThat(bench.engine.runs()).hasSize(1);
        FakeRun first = bench.engine.run();
        weight().set(8.0);
        bench.pulse.advance(160);
        assertThat(bench.engine.runs()).hasSize(2);
        assertThat(first.isOver()).isTrue();
        assertThat(first.lanes().getFirst().edits()).as("Live replaces the run instead of editing it").isEmpty();
        assertThat(bench.engine.run().lanes().getFirst().seed()).as("the seed stays").isEqualTo(first.lanes().getFirst().seed());
        bench.pulse.advance(500);
        assertThat(bench.engine.runs()).hasSize(2);
    }

    @Test
    void withoutLiveAnEditRunsNothing() {
        create.recipe().form().promptProperty().set("a");
        bench.pulse.advance(1000);
        assertThat(bench.engine.runs()).isEmpty();
    }

    @Test
    void branchingContinuesFromTheSelectedStepWithWhatChanged() {
        create.recipe().form().promptProperty().set("a fox");
        FakeRun parent = generate();
        parent.finish();
        bench.frame();
        create.stage().steps().select(8);
        create.recipe().form().negativeProperty().set("blurry");
        create.branchHere();
        FakeRun child = bench.engine.run();
        assertThat(child).isNotSameAs(parent);
        assertThat(child.stepsDone(0)).isEqualTo(8);
        assertThat(child.lanes().getFirst().edits()).singleElement().satisfies(edit -> {
            assertThat(edit.step()).isEqualTo(8);
            assertThat(edit.change().negative()).contains("blurry");
            assertThat(edit.change().prompt()).isEmpty();
            assertThat(edit.change().policy()).isEmpty();
        });
        child.finish();
        bench.frame();
        List<HistoryEntry> entries = create.history().entries();
        assertThat(entries).hasSize(2);
        assertThat(entries.get(1).parent()).isSameAs(entries.get(0));
        assertThat(entries.get(1).depth()).isEqualTo(1);
    }

    @Test
    void aBranchOfAnUnfinishedRunStandsAtTheRootOfTheHistory() {
        FakeRun parent = generate();
        parent.advance(5);
        bench.frame();
        create.stop();
        bench.frame();
        create.branchHere();
        bench.engine.run().finish();
        bench.frame();
        assertThat(create.history().entries()).singleElement().satisfies(entry -> assertThat(entry.depth()).isZero());
    }

    @Test
    void whatTheEngineRefusesIsSaidInItsOwnSentences() {
        Problem steps = new Problem("steps", "a whole number from 1 to 1000", "0", "Choose at least 1 step");
        Problem size = new Problem("size", "a multiple of 8", "100x100", "Choose 96x96 or 104x104");
        bench.engine.refuse(new EngineException.InvalidInput(List.of(steps, size)));
        create.generate();
        assertThat(create.problems()).containsExactly(steps.sentence(), size.sentence());
        assertThat(create.runningProperty().get()).isFalse();
        bench.engine.refuse(null);
        create.generate();
        assertThat(create.problems()).isEmpty();
    }

    @Test
    void aRunThatFailsSaysWhyAndTheNextOneStarts() {
        FakeRun run = generate();
        run.fail(new EngineException.OutputFailure("Pictures: expected a folder that can be written, found /nowhere. Choose another.", null));
        bench.frame();
        assertThat(create.problems()).containsExactly("Pictures: expected a folder that can be written, found /nowhere. Choose another.");
        assertThat(create.runningProperty().get()).isFalse();
        generate();
        assertThat(create.runningProperty().get()).isTrue();
        assertThat(create.problems()).isEmpty();
    }

    @Test
    void restoringAPictureTakesItsSettingsEditsIncludedAndLocksTheSeed() {
        create.recipe().form().promptProperty().set("a fox");
        FakeRun run = generate();
        run.advance(4);
        bench.frame();
        weight().set(9.0);
        run.finish();
        bench.frame();
        long seed = run.lanes().getFirst().seed();
        create.recipe().form().promptProperty().set("something else");
        create.recipe().form().rollSeed();
        weight().set(1.0);
        create.restore(create.history().entries().getFirst());
        assertThat(create.recipe().form().promptProperty().get()).isEqualTo("a fox");
        assertThat(create.recipe().form().seedProperty().get()).isEqualTo(seed);
        assertThat(create.recipe().seedLockedProperty().get()).isTrue();
        assertThat(Term.text(create.recipe().guidance().stack())).isEqualTo("cfg(w=9)");
    }

    @Test
    void aDroppedPictureOfOursRestoresItsSettings() throws IOException {
        create.recipe().form().promptProperty().set("a fox");
        FakeRun run = generate();
        run.finish();
        bench.frame();
        FinishedPicture finished = create.history().entries().getFirst().picture();
        Path file = Files.write(folder.resolve("fox.png"), PictureFile.encode(finished.image(), finished.record()));
        create.recipe().form().promptProperty().set("something else");
        create.recipe().form().rollSeed();
        create.restore(file);
        assertThat(create.problems()).isEmpty();
        assertThat(create.recipe().spec()).isEqualTo(run.lanes().getFirst());
    }

    @Test
    void aDroppedPictureOfAnotherProgramGivesWhatItSays() throws IOException {
        String text = "a castle\nNegative prompt: blurry\nSteps: 33, Sampler: Euler a, CFG scale: 7.5, Seed: 99, Size: 192x128";
        Path file = Files.write(folder.resolve("castle.png"), Png.encode(FakeRun.flat(8, 8, 1), List.of(new PngText("parameters", text))));
        create.restore(file);
        RunSpec spec = create.recipe().spec();
        assertThat(spec.prompt()).isEqualTo("a castle");
        assertThat(spec.negative()).isEqualTo("blurry");
        assertThat(spec.steps()).isEqualTo(33);
        assertThat(spec.seed()).isEqualTo(99);
        assertThat(spec.width()).isEqualTo(192);
        assertThat(spec.sampler().id()).isEqualTo("euler_a");
        assertThat(Term.text(spec.policy())).isEqualTo("cfg(w=7.5)");
        assertThat(create.recipe().seedLockedProperty().get()).isTrue();
    }

    @Test
    void aDroppedPictureWithoutSettingsOrADamagedOneIsSaidAndChangesNothing() throws IOException {
        create.recipe().form().promptProperty().set("mine");
        create.restore(Files.write(folder.resolve("plain.png"), Png.encode(FakeRun.flat(8, 8, 1), List.of())));
        assertThat(create.problems()).singleElement().asString().contains("plain.png").contains("without any");
        create.restore(Files.writeString(folder.resolve("text.png"), "no picture"));
        assertThat(create.problems()).singleElement().asString().contains("text.png");
        assertThat(create.recipe().form().promptProperty().get()).isEqualTo("mine");
    }

    @Test
    void finishedRunsAreNoLongerFollowed() {
        int before = bench.pulse.listeners();
        generate().finish();
        bench.frame();
        assertThat(bench.pulse.listeners()).isEqualTo(before);
    }
}
