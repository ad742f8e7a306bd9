package org.lodestar.engine.schedule;

import java.util.function.Function;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.Parameters;

/// A catalogue entry for a spacing.
public record SpacingType(Descriptor descriptor, Function<Parameters, GridSpacing> create) {}
