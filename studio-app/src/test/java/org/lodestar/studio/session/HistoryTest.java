package org.lodestar.studio.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.RunSpec;

class HistoryTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(folder);
    }

    private FollowedRun generate() {
        return finished(bench.session.generate(
                new RunSpec("starter", "a", "", 64, 64, 1, 1, 4, Term.of("ddim"), Term.of("trailing"), List.of(), "torch", List.of())));
    }

    private FollowedRun branch(FollowedRun parent) {
        return finished(bench.session.branch(parent, 0, 2, Change.none()));
    }

    private FollowedRun finished(FollowedRun run) {
        bench.engine.run().finish();
        bench.frame();
        return run;
    }

    private List<FollowedRun> order() {
        return bench.session.history().entries().stream().map(HistoryEntry::run).toList();
    }

    @Test
    void theNewestPictureComesFirst() {
        FollowedRun a = generate();
        FollowedRun b = generate();
        assertThat(order()).containsExactly(b, a);
    }

    @Test
    void branchesFollowWhatTheyGrewFromInTheOrderTheyCame() {
        FollowedRun a = generate();
        FollowedRun b = generate();
        FollowedRun a1 = branch(a);
        FollowedRun a2 = branch(a);
        FollowedRun a11 = branch(a1);
        assertThat(order()).containsExactly(b, a, a1, a11, a2);
        assertThat(bench.session.history().entries().stream().map(HistoryEntry::depth)).containsExactly(0, 0, 1, 2, 1);
    }

    @Test
    void cancelledRunsLeaveNoTrace() {
        FollowedRun run = bench.session.generate(
                new RunSpec("starter", "a", "", 64, 64, 1, 1, 4, Term.of("ddim"), Term.of("trailing"), List.of(), "torch", List.of()));
        bench.session.cancel(run);
        bench.frame();
        assertThat(order()).isEmpty();
    }

    @Test
    void theOldestTreeGoesWhenThereAreTooMany() {
        FollowedRun first = generate();
        FollowedRun grown = branch(first);
        for (int i = 0; i < 70; i++) {
            generate();
        }
        assertThat(order()).hasSizeLessThanOrEqualTo(60).doesNotContain(first, grown);
    }
}
