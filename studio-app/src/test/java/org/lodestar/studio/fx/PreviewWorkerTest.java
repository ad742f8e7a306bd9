package org.lodestar.studio.fx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreviewWorkerTest {
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final List<String> made = new ArrayList<>();
    private final List<String> shown = new ArrayList<>();
    private final PreviewWorker worker = new PreviewWorker(queue::add, Runnable::run);

    private void ask(String place, String picture) {
        worker.ask(
                place,
                () -> {
                    made.add(picture);
                    return picture;
                },
                shown::add);
    }

    private void work() {
        while (!queue.isEmpty()) {
            queue.remove().run();
        }
    }

    @Test
    void aNewerWishReplacesTheOpenOneForTheSamePlace() {
        ask("canvas", "step 1");
        ask("thumbnail", "small");
        ask("canvas", "step 2");
        work();
        assertThat(made).containsExactlyInAnyOrder("small", "step 2");
        assertThat(shown).isEqualTo(made);
    }

    @Test
    void aForgottenWishIsNotMade() {
        ask("canvas", "step 1");
        worker.forget("canvas");
        work();
        assertThat(made).isEmpty();
    }

    @Test
    void aClosedWorkerTakesNoWishes() {
        PreviewWorker own = PreviewWorker.start();
        own.close();
        own.ask("canvas", () -> made.add("never"), ignored -> shown.add("never"));
        assertThat(shown).isEmpty();
    }
}
