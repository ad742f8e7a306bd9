package org.lodestar.studio.compare;

/// Guidance of a lane stops or starts at a step.
///
/// @param lane   index of the lane
/// @param step   from which step on
/// @param guided whether it acts from there on
/// @param note   the policy's own words, or ""
public record LaneMark(int lane, int step, boolean guided, String note) {}
