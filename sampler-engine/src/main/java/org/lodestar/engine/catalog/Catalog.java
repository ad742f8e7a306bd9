package org.lodestar.engine.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.noise.NoiseSource;
import org.lodestar.engine.noise.NumpyNoise;
import org.lodestar.engine.noise.NvNoise;
import org.lodestar.engine.noise.TorchNoise;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.sampler.Sampler;
import org.lodestar.engine.sampler.SamplerType;
import org.lodestar.engine.schedule.GridSpacing;
import org.lodestar.engine.schedule.SpacingType;

/// Everything a run can be made of, as plain lists in code. To add a sampler or a policy: one file and one line here.
public final class Catalog {

    private static final List<SamplerType> SAMPLERS = List.of();
    private static final List<SpacingType> SPACINGS = List.of();
    private static final List<PolicyType> POLICIES = List.of();
    private static final List<NoiseSource> NOISES = List.of(new TorchNoise(), new NvNoise(), new NumpyNoise());

    private Catalog() {}

    public static List<SamplerType> samplers() {
        return SAMPLERS;
    }

    public static List<SpacingType> spacings() {
        return SPACINGS;
    }

    public static List<PolicyType> policies() {
        return POLICIES;
    }

    public static List<NoiseSource> noises() {
        return NOISES;
    }

    /// @throws EngineException.InvalidInput for an unknown id, naming the known ones
    public static SamplerType samplerType(String id) {
        return find("sampler", id, SAMPLERS, type -> type.descriptor().id());
    }

    /// @throws EngineException.InvalidInput for an unknown id, naming the known ones
    public static SpacingType spacingType(String id) {
        return find("spacing", id, SPACINGS, type -> type.descriptor().id());
    }

    /// @throws EngineException.InvalidInput for an unknown id, naming the known ones
    public static PolicyType policyType(String id) {
        return find("policy", id, POLICIES, type -> type.descriptor().id());
    }

    /// @throws EngineException.InvalidInput for an unknown id, naming the known ones
    public static NoiseSource noise(String id) {
        return find("noise source", id, NOISES, NoiseSource::id);
    }

    /// The sampler of a checked term.
    public static Sampler sampler(Term term) {
        SamplerType type = samplerType(term.id());
        return type.create().apply(type.descriptor().check(term.parameters()));
    }

    /// The spacing of a checked term.
    public static GridSpacing spacing(Term term) {
        SpacingType type = spacingType(term.id());
        return type.create().apply(type.descriptor().check(term.parameters()));
    }

    /// The stack of checked terms.
    ///
    /// @throws EngineException.InvalidInput for unknown ids, wrong parameters and slots filled twice, all together
    public static PolicyStack policy(List<Term> terms) {
        List<Term> resolved = resolvePolicy(terms);
        throw new IllegalStateException(Term.text(resolved));
    }

    /// `terms` with every parameter spelled out, and with `cfg` added where no term sets a weight: what is recorded and shown.
    public static List<Term> resolvePolicy(List<Term> terms) {
        return terms.stream()
                .map(term -> policyType(term.id()).descriptor())
                .map(descriptor -> Term.of(descriptor, descriptor.check(terms.getFirst().parameters())))
                .toList();
    }

    private static <T> T find(String kind, String id, List<T> all, Function<T, String> idOf) {
        return all.stream().filter(entry -> idOf.apply(entry).equals(id)).findFirst().orElseThrow(() -> {
            List<String> ids = all.stream().map(idOf).sorted(Comparator.naturalOrder()).toList();
            return new EngineException.InvalidInput(kind, "one of " + String.join(", ", ids), id, "Check the spelling");
        });
    }
}
