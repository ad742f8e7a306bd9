package org.lodestar.studio.create;

/// A word on a step of the timeline.
///
/// @param step where
/// @param kind why
/// @param text as short as can be
/// @param help a sentence
record StageMark(int step, Kind kind, String text, String help) {

    enum Kind {
        /// A setting was changed while running.
        EDIT,
        /// Guidance stopped or began.
        GUIDANCE,
        /// This run branched off here.
        BRANCH
    }
}
