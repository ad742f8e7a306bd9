package org.lodestar.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.Edit;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.SpecJson;
import org.lodestar.engine.testing.ToyModel;

/// The run engine on a model without a network: everything but the pictures is real.
@Timeout(30)
class LocalEngineTest {
    private final ToyModel model = new ToyModel(ToySchedules.vp());
    private final List<Path> saved = new ArrayList<>();
    private final AtomicInteger loads = new AtomicInteger();
    private final LocalEngine engine = new LocalEngine(
            new EngineOptions(Path.of("."), Path.of("."), 1), new ToyLoader(), (plan, spec, lane, sample, picture, record) -> {
                saved.add(Path.of("picture-" + lane + "-" + sample));
                return saved.getLast();
            });

    @AfterEach
    void close() {
        engine.close();
        assertThat(model.isClosed()).isEqualTo(loads.get() > 0);
    }

    @Test
    void aRunEndsWithAPictureOnDiskAndTellsWhatHappenedInOrder() throws InterruptedException {
        RunHandle run = engine.submit(request(spec()));

        assertThat(run.await()).isEqualTo(new RunOutcome.Completed());

        List<RunEvent> events = run.eventsSince(0);
        assertThat(events.stream().map(e -> e.getClass().getSimpleName()).distinct())
                .containsExactly("Queued", "Loading", "Started", "StepFinished", "ImageFinished", "Ended");
        assertThat(events.stream().filter(RunEvent.StepFinished.class::isInstance)).hasSize(10);
        assertThat(saved).hasSize(1);
        assertThat(run.stepsDone(0)).isEqualTo(10);
        assertThat(run.step(0, 0, 3).nfe()).isEqualTo(2);
        RunEvent.ImageFinished picture = pictures(run).getFirst();
        assertThat(picture.record().nfe()).isEqualTo(20);
        assertThat(picture.record().policyLog()).hasSize(10);
    }

    @Test
    void aScheduledPromptEqualsAnEditAtItsStep() throws InterruptedException {
        RunHandle scheduled = finish(prompted("a [fox:wolf:0.3]").withSyntax(Dialect.A1111));
        RunHandle edited = finish(prompted("a fox").withEdits(List.of(new Edit(3, new Change(Optional.of("a wolf"), Optional.empty(), Optional.empty())))));
        assertThat(last(scheduled)).isEqualTo(last(edited)).isNotEqualTo(last(finish(prompted("a fox"))));
        assertThat(last(finish(prompted("a [fox:wolf:0.3]")))).as("plain text").isNotEqualTo(last(scheduled));
        assertThat(pictures(scheduled).getFirst().record().spec()).contains("a [fox:wolf:0.3]").contains("\"syntax\":\"a1111\"");
        RunHandle child = engine.fork(scheduled, 0, 5, Change.none(), OutputPlan.NONE);
        child.await();
        assertThat(last(child)).isEqualTo(last(scheduled));
    }

    @Test
    void promptsJoinedByAndAreEachAskedAndMayComeAndGo() throws InterruptedException {
        RunHandle both = finish(prompted("a fox AND snow:0.5").withSyntax(Dialect.A1111));
        assertThat(both.step(0, 0, 0).telemetry().getFirst().branches()).containsExactly("cond", "uncond", "snow");
        RunHandle later = finish(prompted("a fox[ AND snow:0.3]").withSyntax(Dialect.A1111));
        assertThat(later.step(0, 0, 2).nfe()).isEqualTo(2);
        assertThat(later.step(0, 0, 3).nfe()).isEqualTo(3);
        assertThatThrownBy(() -> engine.submit(request(prompted("a AND b").withSyntax(Dialect.A1111).withPolicy(Term.parseStack("cads + cfg")))))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("AND");
    }

    @Test
    void aChangeThatWouldJoinPromptsUnderAPolicyThatWantsOneIsRefusedAndLosesNothing() throws InterruptedException {
        RunSpec both = prompted("a fox AND snow:0.5").withSyntax(Dialect.A1111);
        RunHandle run = engine.submit(request(both));
        run.pause();
        assertThatThrownBy(() -> run.edit(0, Change.policy("cads + cfg"))).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("AND");
        run.resume();
        assertThat(run.await()).isEqualTo(new RunOutcome.Completed());
        assertThat(last(run)).isEqualTo(last(finish(both)));
        assertThatThrownBy(() -> engine.fork(run, 0, 5, Change.policy("cads + cfg"), OutputPlan.NONE))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("AND");
        Change oneWithNoise = new Change(Optional.of("a fox"), Optional.empty(), Optional.of(Term.parseStack("cads + cfg")));
        assertThat(engine.fork(run, 0, 5, oneWithNoise, OutputPlan.NONE).await()).isEqualTo(new RunOutcome.Completed());
    }

    private RunSpec prompted(String prompt) {
        return new RunSpec("starter", prompt, "", 32, 32, 7, 1, 10, Term.of("ddim"), Term.of("trailing"), Term.parseStack("cfg(w=3)"), "torch", List.of());
    }

    @Test
    void theSameSpecGivesTheSamePictureAndAnotherSeedAnother() throws InterruptedException {
        assertThat(last(finish(spec()))).isEqualTo(last(finish(spec())));
        assertThat(last(finish(spec()))).isNotEqualTo(last(finish(spec().withSeed(8))));
    }

    @Test
    void aBatchOfTwoEqualsTwoRunsWithSeedAndSeedPlusOne() throws InterruptedException {
        RunSpec two = new RunSpec(
                "starter", "a fox", "", 32, 32, 7, 2, 10, Term.of("euler_a"), Term.of("trailing"), Term.parseStack("apg(w=4,beta=-0.5)"), "torch", List.of());
        RunHandle batch = finish(two);

        for (int sample = 0; sample < 2; sample++) {
            RunSpec alone = new RunSpec(
                    "starter", "a fox", "", 32, 32, 7 + sample, 1, 10, two.sampler(), two.spacing(), two.policy(), "torch", List.of());
            assertThat(batch.step(0, sample, 9).after()).isEqualTo(finish(alone).step(0, 0, 9).after());
        }
    }

    @Test
    void linkedLanesEqualTheSameRunsAloneAndShareNetworkCalls() throws InterruptedException {
        RunSpec apg = spec().withPolicy(Term.parseStack("apg(w=8,eta=0,r=2,beta=-0.5)"));
        RunSpec plain = spec().withPolicy(Term.parseStack("none"));
        RunHandle linked = engine.submit(new RunRequest(List.of(spec(), apg, plain), DeviceWish.CPU, OutputPlan.NONE));
        assertThat(linked.await()).isEqualTo(new RunOutcome.Completed());

        assertThat(linked.step(0, 0, 9).after()).isEqualTo(last(finish(spec())));
        assertThat(linked.step(1, 0, 9).after()).isEqualTo(last(finish(apg)));
        assertThat(linked.step(2, 0, 9).after()).isEqualTo(last(finish(plain)));
        assertThat(linked.step(0, 0, 0).before()).isEqualTo(linked.step(1, 0, 0).before());
        assertThat(model.callSizes().subList(0, 10)).containsOnly(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"euler", "euler_a", "ddim", "heun", "dpmpp_2m"})
    void anUneditedBranchIsBitEqualToItsParent(String sampler) throws InterruptedException {
        RunSpec spec = new RunSpec(
                "starter", "a fox", "dull", 32, 32, 7, 1, 10, Term.of(sampler), Term.of("trailing"), Term.parseStack("ag(threshold=0.99) + apg(w=6,beta=-0.5,r=3)"), "torch", List.of());
        RunHandle parent = finish(spec);

        for (int step : new int[] {0, 1, 4, 9}) {
            RunHandle child = engine.fork(parent, 0, step, Change.none(), OutputPlan.NONE);
            assertThat(child.await()).isEqualTo(new RunOutcome.Completed());
            assertThat(last(child)).as("branch at %d", step).isEqualTo(last(parent));
            assertThat(pictures(child).getFirst().record().spec()).isEqualTo(pictures(parent).getFirst().record().spec());
        }
    }

    @Test
    void aBranchWithAChangeEqualsItsReplayFromTheStart() throws InterruptedException {
        RunHandle parent = finish(spec());
        Change change = new Change(java.util.Optional.of("a cat"), java.util.Optional.empty(), java.util.Optional.of(Term.parseStack("cfg(w=9)")));

        RunHandle child = engine.fork(parent, 0, 4, change, OutputPlan.NONE);
        assertThat(child.await()).isEqualTo(new RunOutcome.Completed());

        assertThat(last(child)).isNotEqualTo(last(parent));
        assertThat(child.step(0, 0, 3)).isEqualTo(parent.step(0, 0, 3));
        assertThat(child.lanes().getFirst().edits()).hasSize(1);
        assertThat(last(finish(child.lanes().getFirst()))).isEqualTo(last(child));
    }

    @Test
    void textsAreEncodedOnceAndAgainOnlyWhereTheyChange() throws InterruptedException {
        RunHandle parent = finish(spec().withEdits(List.of(new Edit(3, Change.policy("cfg(w=5)")))));
        assertThat(model.encoded()).containsExactly("a fox", "");

        RunHandle child = engine.fork(parent, 0, 4, Change.none(), OutputPlan.NONE);
        assertThat(child.await()).isEqualTo(new RunOutcome.Completed());
        assertThat(model.encoded()).containsExactly("a fox", "", "a fox", "");

        finish(spec().withEdits(List.of(new Edit(3, Change.policy("and(text=\"snow\") + cfg(w=3)")))));
        assertThat(model.encoded().subList(4, 9)).containsExactly("a fox", "", "a fox", "", "snow");
    }

    @Test
    void aScorerIsAskedAboutTheWordsWithoutTheirSyntax() throws InterruptedException {
        finish(prompted("a (red:1.3) fox").withSyntax(Dialect.PLAIN));
        finish(prompted("a (red:1.3) [cat:fox:0.5] AND snow:0.5").withSyntax(Dialect.A1111));

        assertThat(model.scored()).containsExactly("a (red:1.3) fox", "a red fox, snow");
    }

    @Test
    void aBranchMayReadThePromptsOtherwise() throws InterruptedException {
        RunHandle parent = finish(prompted("a [fox:wolf:0.6]").withSyntax(Dialect.PLAIN));
        Change change = new Change(java.util.Optional.empty(), java.util.Optional.empty(), java.util.Optional.empty(), java.util.Optional.of(Dialect.A1111));

        RunHandle child = engine.fork(parent, 0, 4, change, OutputPlan.NONE);
        assertThat(child.await()).isEqualTo(new RunOutcome.Completed());

        RunSpec lane = child.lanes().getFirst();
        assertThat(lane.at(3).prompt()).isEqualTo("a [fox:wolf:0.6]");
        assertThat(lane.at(4).prompt()).isEqualTo("a fox");
        assertThat(lane.at(9).prompt()).isEqualTo("a wolf");
        assertThat(last(child)).isNotEqualTo(last(parent));
        assertThat(last(finish(SpecJson.read(SpecJson.text(lane))))).as("replayed from its recipe").isEqualTo(last(child));
    }

    @Test
    void particlesReplaceEachOtherReproduciblyAndKeepTheirOwnNoise() throws InterruptedException {
        RunHandle run = finish(particles("fkc(w=3,ess=1,clamp=0)"));
        List<String> notes = run.step(0, 0, 6).telemetry().getFirst().notes();
        RunHandle branch = engine.fork(run, 0, 5, Change.none(), OutputPlan.NONE);
        assertThat(branch.await()).isEqualTo(new RunOutcome.Completed());

        assertThat(notes).anySatisfy(note -> assertThat(note).contains("effective particles"));
        for (int sample = 0; sample < 4; sample++) {
            assertThat(branch.step(0, sample, 11).after()).isEqualTo(run.step(0, sample, 11).after());
        }
        assertThat(IntStream.range(0, 4).mapToObj(sample -> run.step(0, sample, 11).before()).distinct()).hasSize(4);
        assertThat(IntStream.range(0, 12).anyMatch(step -> replaced(run, step))).isTrue();
    }

    private static boolean replaced(RunHandle run, int step) {
        return IntStream.range(0, 4)
                .anyMatch(sample -> run.step(0, sample, step).telemetry().getFirst().notes().toString().contains("replaced by picture"));
    }

    @Test
    void particlesOfASharperTargetStartCloserTogether() throws InterruptedException {
        RunHandle sharp = finish(particles("fkc_product(beta=4,clamp=0)"));
        RunHandle usual = finish(particles("none"));
        RunHandle branch = engine.fork(sharp, 0, 0, Change.none(), OutputPlan.NONE);

        assertThat(branch.await()).isEqualTo(new RunOutcome.Completed());
        for (int sample = 0; sample < 4; sample++) {
            assertThat(sharp.step(0, sample, 0).before()).isEqualTo(LatentOps.scale(0.5, usual.step(0, sample, 0).before()));
            assertThat(branch.step(0, sample, 11).after()).isEqualTo(sharp.step(0, sample, 11).after());
        }
        assertThat(sharp.step(0, 0, 6).telemetry().getFirst().notes().toString()).contains("effective particles").doesNotContain("4.0 of 4");
    }

    private static RunSpec particles(String policy) {
        return new RunSpec("starter", "a fox", "", 32, 32, 7, 4, 12, Term.of("euler_a"), Term.of("karras"), Term.parseStack(policy), "torch", List.of());
    }

    @Test
    void particlesNeedABatchAndASamplerThatAddsNoise() {
        RunSpec alone = spec().withPolicy(Term.parseStack("fkc(w=3)"));

        assertThatThrownBy(() -> engine.submit(request(alone)))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("at least 2 pictures")
                .hasMessageContaining("a sampler that adds noise");
    }

    @Test
    void anEditDuringTheRunActsFromTheNextStepIsLoggedAndReplays() throws InterruptedException {
        AtomicReference<RunHandle> handle = new AtomicReference<>();
        CountDownLatch submitted = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        model.beforeCall(() -> {
            await(submitted);
            if (calls.incrementAndGet() == 3) {
                handle.get().edit(0, Change.policy("cfg(w=12)"));
            }
        });
        RunHandle run = engine.submit(request(spec()));
        handle.set(run);
        submitted.countDown();
        assertThat(run.await()).isEqualTo(new RunOutcome.Completed());

        assertThat(run.lanes().getFirst().edits()).containsExactly(new Edit(3, Change.policy("cfg(w=12)")));
        assertThat(run.eventsSince(0)).contains(new RunEvent.Edited(0, 3, Change.policy("cfg(w=12)")));
        assertThat(run.step(0, 0, 2).telemetry().getFirst().weight()).isEqualTo(3);
        assertThat(run.step(0, 0, 3).telemetry().getFirst().weight()).isEqualTo(12);
        assertThat(last(finish(run.lanes().getFirst()))).isEqualTo(last(run));
    }

    @Test
    void anEditThatIsNotValidIsRefusedAndTheRunGoesOn() throws InterruptedException {
        RunHandle run = engine.submit(request(spec()));
        run.pause();

        assertThatThrownBy(() -> run.edit(0, Change.policy("cgf(w=12)"))).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("cgf");
        run.resume();

        assertThat(run.await()).isEqualTo(new RunOutcome.Completed());
        assertThat(run.lanes().getFirst().edits()).isEmpty();
    }

    @Test
    void pausingLetsOtherRunsPassAndChangesNothing() throws InterruptedException {
        RunHandle undisturbed = finish(spec());
        CountDownLatch asked = new CountDownLatch(1); // or a busy machine might finish the run before it is asked to pause
        model.beforeCall(() -> await(asked));
        RunHandle run = engine.submit(request(spec()));
        run.pause();
        asked.countDown();
        awaitEvent(run, RunEvent.Paused.class);
        int done = run.stepsDone(0);

        run.stepOnce();
        awaitPaused(run);
        assertThat(run.stepsDone(0)).isEqualTo(done + 1);
        assertThat(finish(spec().withSeed(99)).isOver()).isTrue();
        run.resume();

        assertThat(run.await()).isEqualTo(new RunOutcome.Completed());
        assertThat(last(run)).isEqualTo(last(undisturbed));
    }

    @Test
    void cancellingEndsTheRunAndTheNextOneIsNotTouched() throws InterruptedException {
        RunHandle undisturbed = finish(spec());
        AtomicReference<RunHandle> handle = new AtomicReference<>();
        CountDownLatch submitted = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        model.beforeCall(() -> {
            await(submitted);
            if (calls.incrementAndGet() == 4) {
                handle.get().cancel();
            }
        });
        handle.set(engine.submit(request(spec())));
        submitted.countDown();

        assertThat(handle.get().await()).isEqualTo(new RunOutcome.Cancelled(3));
        assertThat(pictures(handle.get())).isEmpty();
        assertThat(last(finish(spec()))).isEqualTo(last(undisturbed));
    }

    @Test
    void aRunThatWaitsOrPausesCanBeCancelledAtOnce() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        model.beforeCall(() -> await(release));
        RunHandle first = engine.submit(request(spec()));
        RunHandle waiting = engine.submit(request(spec()));
        waiting.cancel();
        assertThat(waiting.await()).isEqualTo(new RunOutcome.Cancelled(0));
        first.pause();
        release.countDown();
        awaitEvent(first, RunEvent.Paused.class);
        first.cancel();

        assertThat(first.await()).isInstanceOf(RunOutcome.Cancelled.class);
    }

    @Test
    void everythingWrongInARequestIsReportedTogether() {
        RunSpec bad = new RunSpec(
                "starter", "a fox", "", 32, 32, 7, 0, 0, Term.of("eular"), Term.of("trailing"), Term.parseStack("cfg(w=-1) + apg2"), "torch", List.of());

        assertThatThrownBy(() -> engine.submit(request(bad)))
                .isInstanceOfSatisfying(EngineException.InvalidInput.class, e -> assertThat(e.problems()).hasSizeGreaterThanOrEqualTo(5))
                .hasMessageContaining("steps: expected a whole number from 1 to 1000, found 0")
                .hasMessageContaining("batch")
                .hasMessageContaining("eular")
                .hasMessageContaining("cfg(w)")
                .hasMessageContaining("apg2");
    }

    @Test
    void whatOnlyTheModelKnowsFailsTheRunWithASentence() throws InterruptedException {
        RunSpec odd = new RunSpec(
                "starter", "one two three four five six seven eight nine", "", 36, 32, 7, 1, 10, Term.of("ddim"), Term.of("trailing"), Term.parseStack("cfg"), "torch", List.of());
        RunHandle run = engine.submit(request(odd));

        assertThat(run.await()).isInstanceOfSatisfying(RunOutcome.Failed.class, failed -> assertThat(failed.problem())
                .hasMessageContaining("width: expected a multiple of 8")
                .hasMessageContaining("9 tokens"));
        assertThat(finish(spec()).isOver()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "core2, a model with a companion network that guesses guidance",
        "zcore, a model with a companion network that guesses guidance",
        "distilled, a model with a denoiser that takes the guidance weight as an input",
        "weights, a model with a second denoiser to mix in",
        "blend, a model with a second denoiser",
        "autoguidance, a model with a weak companion network"
    })
    void aPolicyThatTheModelHasNoNetForIsRefusedByNameBeforeTheFirstStep(String policy, String expected) throws InterruptedException {
        RunHandle run = engine.submit(request(spec().withPolicy(Term.parseStack(policy))));

        assertThat(run.await()).isInstanceOfSatisfying(
                RunOutcome.Failed.class, failed -> assertThat(failed.problem()).hasMessageContaining(policy).hasMessageContaining(expected));
        assertThat(run.eventsSince(0)).noneMatch(RunEvent.StepFinished.class::isInstance);
    }

    @Test
    void anUnknownModelFolderIsRefused(@TempDir Path folder) {
        RunSpec lost = new RunSpec(
                folder.resolve("nothing").toString(), "a fox", "", 32, 32, 7, 1, 10, Term.of("ddim"), Term.of("trailing"), Term.parseStack("cfg"), "torch", List.of());

        assertThatThrownBy(() -> engine.submit(request(lost))).isInstanceOf(EngineException.ModelProblem.class).hasMessageContaining("nothing");
    }

    @Test
    void linkedLanesMustShareTheirNoise() {
        RunRequest request = new RunRequest(List.of(spec(), spec().withSeed(8)), DeviceWish.CPU, OutputPlan.NONE);

        assertThatThrownBy(() -> engine.submit(request)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("seed");
    }

    @Test
    void theModelStaysWarmBetweenRuns() throws InterruptedException {
        finish(spec());
        finish(spec().withSeed(3));

        assertThat(loads).hasValue(1);
    }

    // ----------------------------------------------------------------

    private static RunSpec spec() {
        return new RunSpec(
                "starter", "a fox", "", 32, 32, 7, 1, 10, Term.of("ddim"), Term.of("trailing"), Term.parseStack("cfg(w=3)"), "torch", List.of());
    }

    private static RunRequest request(RunSpec spec) {
        return new RunRequest(List.of(spec), DeviceWish.CPU, OutputPlan.NONE);
    }

    private RunHandle finish(RunSpec spec) throws InterruptedException {
        RunHandle run = engine.submit(request(spec));
        assertThat(run.await()).isEqualTo(new RunOutcome.Completed());
        return run;
    }

    private static Latents last(RunHandle run) {
        return run.step(0, 0, run.stepsDone(0) - 1).after();
    }

    private static List<RunEvent.ImageFinished> pictures(RunHandle run) {
        return run.eventsSince(0).stream().filter(RunEvent.ImageFinished.class::isInstance).map(RunEvent.ImageFinished.class::cast).toList();
    }

    private static void awaitEvent(RunHandle run, Class<? extends RunEvent> type) throws InterruptedException {
        int cursor = 0;
        while (true) {
            List<RunEvent> events = run.awaitEvents(cursor);
            cursor += events.size();
            if (events.stream().anyMatch(type::isInstance)) {
                return;
            }
        }
    }

    private static void awaitPaused(RunHandle run) throws InterruptedException {
        int cursor = 0;
        while (!run.isPaused()) {
            cursor += run.awaitEvents(cursor).size();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private final class ToyLoader implements ModelLoader {
        @Override
        public PackageReport inspect(Path folder) {
            return new PackageReport(folder, "Toy", "toy", "it is", List.of(), List.of(), List.of());
        }

        @Override
        public ModelPackage open(Path folder, List<Lent> lent, DeviceWish wish, LoadListener listener, CancelToken cancel) {
            listener.phase("toy", 1);
            loads.incrementAndGet();
            return model;
        }
    }
}
