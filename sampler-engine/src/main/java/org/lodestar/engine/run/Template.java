package org.lodestar.engine.run;

/// What the prompts of a run were drawn from, as they were typed: see [org.lodestar.engine.prompt.DynamicPrompt].
///
/// @param prompt   what should be seen
/// @param negative what should not be seen, or ""
public record Template(String prompt, String negative) {}
