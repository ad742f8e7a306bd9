package org.lodestar.studio.session;

import org.jspecify.annotations.Nullable;

/// A finished picture's place in the history.
///
/// @param run     the run that made it; it can be scrubbed and branched
/// @param picture its first picture
/// @param parent  the entry it branched off, or null
/// @param depth   branches between it and its root, 0 for a root
public record HistoryEntry(FollowedRun run, FinishedPicture picture, @Nullable HistoryEntry parent, int depth) {}
