package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;

/// The two usual weights of the clean sample's first difference in a DPM-Solver++ step of length `h`, both of second order.
public enum SecondOrder {
    /// `(1 - e^-h)/2`
    MIDPOINT {
        @Override
        double weight(double h) {
            return -StrictMath.expm1(-h) / 2;
        }
    },
    /// `1 - (1 - e^-h)/h`
    HEUN {
        @Override
        double weight(double h) {
            return 1 + StrictMath.expm1(-h) / h;
        }
    };

    /// The parameter that chooses between them.
    static final ParameterSpec PARAMETER = new ParameterSpec.Choice(
            "solver", "Variant", List.of("midpoint", "heun"), "midpoint", "How the change between two clean samples is weighted; the difference is small.");

    /// The weight for a step of length `h`, which is not 0.
    abstract double weight(double h);

    static SecondOrder of(Parameters parameters) {
        return parameters.text(PARAMETER.name()).equals("heun") ? HEUN : MIDPOINT;
    }
}
