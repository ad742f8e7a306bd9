package org.lodestar.engine.run;

/// One sample after one step.
///
/// @param record what is kept of the step
/// @param moment where the sample goes on from
record Advanced(StepRecord record, Moment moment) {}
