package org.lodestar.studio;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/// A state of the window that can be looked at, and how it is brought about.
///
/// @param screen  the screen it is a state of
/// @param id      what there is to see, within the screen
/// @param trouble whether something goes wrong on purpose; elsewhere what goes wrong spoils the picture
/// @param acts    what is done one after another
/// @param last    done right before each look, for what is over too soon to wait for
record Scenario(String screen, String id, boolean trouble, Function<Stagehand, List<Act>> acts, Consumer<Stagehand> last) {

    /// One thing done in the window.
    ///
    /// @param action runs on the window's thread
    /// @param over   whether what it began is over, asked on the window's thread
    record Act(Runnable action, BooleanSupplier over) {
        /// Something that is over at once.
        static Act now(Runnable action) {
            return new Act(action, () -> true);
        }
    }
}
