package org.lodestar.engine.schedule;

import java.util.List;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;

/// Where the range of noise begins and ends that [KarrasSpacing], [ExponentialSpacing] and [BetaSpacing] spread steps over.
public enum RangeEnds {
    /// At the most and the least noise in training.
    TRAINED,
    /// At the first and the last step that [LeadingSpacing] with offset 1 would take.
    LEADING,
    /// At the first and the last step that [TrailingSpacing] would take.
    TRAILING;

    /// The parameter that chooses between them.
    static final ParameterSpec PARAMETER = new ParameterSpec.Choice(
            "range",
            "Range",
            List.of("trained", "leading", "trailing"),
            "trained",
            "From the most to the least noise in training, or only as far as leading or trailing steps would go.");

    static RangeEnds of(Parameters parameters) {
        return switch (parameters.text(PARAMETER.name())) {
            case "leading" -> LEADING;
            case "trailing" -> TRAILING;
            default -> TRAINED;
        };
    }
}
