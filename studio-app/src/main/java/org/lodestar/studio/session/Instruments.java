package org.lodestar.studio.session;

import java.util.List;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.sampler.SamplerType;
import org.lodestar.engine.schedule.SpacingType;

/// What a recipe can be made of.
///
/// @param samplers numerical methods
/// @param spacings ways to spread the steps
/// @param policies guidance policies
/// @param noise    id of the noise source for new pictures
public record Instruments(List<SamplerType> samplers, List<SpacingType> spacings, List<PolicyType> policies, String noise) {
    public Instruments {
        samplers = List.copyOf(samplers);
        spacings = List.copyOf(spacings);
        policies = List.copyOf(policies);
    }

    /// Everything in the engine's catalogue.
    public static Instruments catalog() {
        return new Instruments(Catalog.samplers(), Catalog.spacings(), Catalog.policies(), Catalog.noises().getFirst().id());
    }
}
