package org.lodestar.studio.control;

/// A word on a step of the timeline.
///
/// @param step the step it stands on
/// @param kind what it is about, which decides its colour
/// @param text as short as can be: "10→12", "AG"
/// @param help what happened, as a sentence
public record StepMark(int step, Kind kind, String text, String help) {

    public enum Kind {
        /// A setting was changed while running.
        EDIT,
        /// Guidance stopped or paused itself.
        CUT,
        /// A branch starts here.
        BRANCH
    }
}
