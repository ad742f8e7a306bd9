package org.lodestar.engine.run;

/// A [Change] at a step: part of a [RunSpec], so that a run that was played live, or branched, is replayed by running its spec from the start.
///
/// @param step   the first step it acts on
/// @param change what changes
public record Edit(int step, Change change) {}
