package org.lodestar.studio.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;

class FollowedRunTest {
    private static final int FLOOD = 10_000;

    @TempDir
    Path folder;

    private static RunSpec spec(int steps) {
        return new RunSpec("starter", "a", "", 128, 128, 1, 1, steps, Term.of("ddim"), Term.of("trailing"), Term.parseStack("cfg(w=5)"), "torch", List.of());
    }

    @Test
    void callsOfTheNetworkAreCountedWithWhatWasSaved() {
        Bench bench = new Bench(folder);
        FollowedRun run = bench.session.generate(spec(20));
        FakeRun fake = bench.engine.run();
        fake.start();
        fake.advance(12);
        fake.guide(false);
        fake.finish();
        bench.frame();
        assertThat(run.nfeProperty().get()).isEqualTo(12 * 2 + 8);
        assertThat(run.nfeSavedProperty().get()).isEqualTo(8);
        assertThat(run.isOver()).isTrue();
    }

    @Test
    void aRunOfLanesIsAsFarAsItsSlowestLane() {
        Bench bench = new Bench(folder);
        FollowedRun run = bench.session.follow(RunRequest.single(spec(20), OutputPlan.NONE));
        FakeRun fake = bench.engine.run();
        fake.start();
        fake.advance(5);
        bench.frame();
        assertThat(run.phase()).isEqualTo(new RunPhase.Denoising(5, 20));
    }

    @Test
    void aFloodOfEventsIsReadInSeveralFramesAndNoneIsLost() {
        Bench bench = new Bench(folder);
        FollowedRun run = bench.session.follow(RunRequest.single(spec(20), OutputPlan.NONE));
        FakeRun fake = bench.engine.run();
        AtomicInteger seen = new AtomicInteger();
        run.phaseProperty().subscribe(phase -> {
            if (phase instanceof RunPhase.Loading) {
                seen.incrementAndGet();
            }
        });
        for (int i = 0; i < FLOOD; i++) {
            fake.add(new RunEvent.Loading("part", i / (double) FLOOD));
        }
        fake.finish();
        bench.pulse.looksCost(2_000);
        int frames = 0;
        while (!run.isOver() && frames < FLOOD) {
            bench.pulse.advance(16);
            frames++;
        }
        assertThat(run.isOver()).isTrue();
        assertThat(frames).as("4 ms of 2 µs each are 2000 events a frame").isBetween(5, 7);
        assertThat(seen).hasValue(FLOOD);
        assertThat(run.pictures()).hasSize(1);
    }
}
