package org.lodestar.studio.session;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.lodestar.engine.calibration.CalibrationStore;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.sampler.SamplerType;
import org.lodestar.engine.schedule.SpacingType;

/// What a recipe can be made of.
///
/// @param samplers numerical methods
/// @param spacings ways to spread the steps
/// @param policies guidance policies
/// @param noise    id of the noise source for new pictures
/// @param measured numbers of policies that were measured on models
public record Instruments(List<SamplerType> samplers, List<SpacingType> spacings, List<PolicyType> policies, String noise, CalibrationStore measured) {
    public Instruments {
        samplers = List.copyOf(samplers);
        spacings = List.copyOf(spacings);
        policies = List.copyOf(policies);
    }

    /// Everything in the engine's catalogue.
    public static Instruments catalog(CalibrationStore measured) {
        return new Instruments(Catalog.samplers(), Catalog.spacings(), Catalog.policies(), Catalog.noises().getFirst().id(), measured);
    }

    /// Fills what was measured on the model for a run into a stack, here or by those who made the model.
    ///
    /// @param spec  the run, whatever its policy
    /// @param model what it will run on, once that is known
    /// @return throws [EngineException.InvalidInput] where there are no such numbers
    public UnaryOperator<List<Term>> filling(Supplier<RunSpec> spec, Supplier<Optional<ModelInfo>> model) {
        return stack -> {
            ModelInfo info = model.get().orElseThrow(() -> new EngineException.InvalidInput("measured numbers", "a model in memory", "none", "Wait until it is loaded, or choose one on the Models screen"));
            return measured.fill(stack, RunCheck.key(spec.get(), stack, info), info.calibrations());
        };
    }
}
