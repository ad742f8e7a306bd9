package org.lodestar.engine.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.guidance.AdaptiveGuidance;
import org.lodestar.engine.guidance.AngleGuidance;
import org.lodestar.engine.guidance.Apg;
import org.lodestar.engine.guidance.ApgComfyUi;
import org.lodestar.engine.guidance.ApgDiffusers;
import org.lodestar.engine.guidance.Autoguidance;
import org.lodestar.engine.guidance.Blend;
import org.lodestar.engine.guidance.Cads;
import org.lodestar.engine.guidance.Cfg;
import org.lodestar.engine.guidance.CfgPlusPlus;
import org.lodestar.engine.guidance.CfgZeroStar;
import org.lodestar.engine.guidance.ContrastiveCfg;
import org.lodestar.engine.guidance.Core2;
import org.lodestar.engine.guidance.Core2Affine;
import org.lodestar.engine.guidance.Curve;
import org.lodestar.engine.guidance.DifferenceReuse;
import org.lodestar.engine.guidance.Distilled;
import org.lodestar.engine.guidance.DynamicThreshold;
import org.lodestar.engine.guidance.EluCd;
import org.lodestar.engine.guidance.EnergyPreserving;
import org.lodestar.engine.guidance.EraseTerm;
import org.lodestar.engine.guidance.Erased;
import org.lodestar.engine.guidance.FeedbackGuidance;
import org.lodestar.engine.guidance.FeynmanKac;
import org.lodestar.engine.guidance.FeynmanKacProduct;
import org.lodestar.engine.guidance.FreSca;
import org.lodestar.engine.guidance.FrequencyGuidance;
import org.lodestar.engine.guidance.FurtherPrompt;
import org.lodestar.engine.guidance.Gfcg;
import org.lodestar.engine.guidance.Guardian;
import org.lodestar.engine.guidance.GuidancePolicy;
import org.lodestar.engine.guidance.Higs;
import org.lodestar.engine.guidance.ImageGuidance;
import org.lodestar.engine.guidance.IndependentCondition;
import org.lodestar.engine.guidance.Interval;
import org.lodestar.engine.guidance.LinearAg;
import org.lodestar.engine.guidance.Mahiro;
import org.lodestar.engine.guidance.MamboG;
import org.lodestar.engine.guidance.MixedWeights;
import org.lodestar.engine.guidance.NegativeWindow;
import org.lodestar.engine.guidance.NoGuidance;
import org.lodestar.engine.guidance.NoiseScale;
import org.lodestar.engine.guidance.PerpNeg;
import org.lodestar.engine.guidance.PerturbedGuidance;
import org.lodestar.engine.guidance.PmcCfg;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.PolicyTable;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.guidance.PowerLaw;
import org.lodestar.engine.guidance.PredictorCorrector;
import org.lodestar.engine.guidance.RectifiedCfgPlusPlus;
import org.lodestar.engine.guidance.Renorm;
import org.lodestar.engine.guidance.Rescale;
import org.lodestar.engine.guidance.SafeLatent;
import org.lodestar.engine.guidance.SemanticGuidance;
import org.lodestar.engine.guidance.ShiftedTime;
import org.lodestar.engine.guidance.SlidingMode;
import org.lodestar.engine.guidance.SlidingWindow;
import org.lodestar.engine.guidance.Slot;
import org.lodestar.engine.guidance.StepAg;
import org.lodestar.engine.guidance.TangentialCfg;
import org.lodestar.engine.guidance.VelocityAdaptive;
import org.lodestar.engine.guidance.Window;
import org.lodestar.engine.guidance.ZCore;
import org.lodestar.engine.guidance.ZSampling;
import org.lodestar.engine.noise.NoiseSource;
import org.lodestar.engine.noise.NumpyNoise;
import org.lodestar.engine.noise.NvNoise;
import org.lodestar.engine.noise.TorchNoise;
import org.lodestar.engine.noise.TorchStreamNoise;
import org.lodestar.engine.parameter.Parameters;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.sampler.Ddim;
import org.lodestar.engine.sampler.Ddpm;
import org.lodestar.engine.sampler.Deis;
import org.lodestar.engine.sampler.Dpm2;
import org.lodestar.engine.sampler.Dpm2Ancestral;
import org.lodestar.engine.sampler.DpmPp2M;
import org.lodestar.engine.sampler.DpmPp2MSde;
import org.lodestar.engine.sampler.DpmPp2S;
import org.lodestar.engine.sampler.DpmPp2SAncestral;
import org.lodestar.engine.sampler.DpmPp3M;
import org.lodestar.engine.sampler.DpmPp3MSde;
import org.lodestar.engine.sampler.DpmPpSde;
import org.lodestar.engine.sampler.Euler;
import org.lodestar.engine.sampler.EulerAncestral;
import org.lodestar.engine.sampler.Heun;
import org.lodestar.engine.sampler.HeunChurn;
import org.lodestar.engine.sampler.Lcm;
import org.lodestar.engine.sampler.Lms;
import org.lodestar.engine.sampler.Pndm;
import org.lodestar.engine.sampler.Sampler;
import org.lodestar.engine.sampler.SamplerType;
import org.lodestar.engine.sampler.Tcd;
import org.lodestar.engine.sampler.UniPc;
import org.lodestar.engine.schedule.BetaSpacing;
import org.lodestar.engine.schedule.DistilledSpacing;
import org.lodestar.engine.schedule.ExponentialSpacing;
import org.lodestar.engine.schedule.GridSpacing;
import org.lodestar.engine.schedule.KarrasSpacing;
import org.lodestar.engine.schedule.LeadingSpacing;
import org.lodestar.engine.schedule.LinspaceSpacing;
import org.lodestar.engine.schedule.SpacingType;
import org.lodestar.engine.schedule.TrailingSpacing;

/// Everything a run can be made of, as plain lists in code. To add a sampler or a policy: one file and one line here.
public final class Catalog {

    private static final List<SamplerType> SAMPLERS = List.of(
            Euler.TYPE,
            EulerAncestral.TYPE,
            Ddim.TYPE,
            Ddpm.TYPE,
            Heun.TYPE,
            HeunChurn.TYPE,
            Dpm2.TYPE,
            Dpm2Ancestral.TYPE,
            DpmPp2S.TYPE,
            DpmPp2SAncestral.TYPE,
            DpmPpSde.TYPE,
            DpmPp2M.TYPE,
            DpmPp2MSde.TYPE,
            DpmPp3M.TYPE,
            DpmPp3MSde.TYPE,
            UniPc.TYPE,
            Deis.TYPE,
            Lms.TYPE,
            Pndm.TYPE,
            Lcm.TYPE,
            Tcd.TYPE);
    private static final List<SpacingType> SPACINGS = List.of(
            LeadingSpacing.TYPE,
            TrailingSpacing.TYPE,
            LinspaceSpacing.TYPE,
            KarrasSpacing.TYPE,
            ExponentialSpacing.TYPE,
            BetaSpacing.TYPE,
            DistilledSpacing.TYPE);
    private static final List<PolicyType> POLICIES = List.of(
            NoGuidance.TYPE,
            Cfg.TYPE,
            Apg.TYPE,
            CfgPlusPlus.TYPE,
            Interval.TYPE,
            Window.TYPE,
            AdaptiveGuidance.TYPE,
            StepAg.TYPE,
            PolicyTable.TYPE,
            Curve.TYPE,
            NegativeWindow.TYPE,
            PerpNeg.TYPE,
            ContrastiveCfg.TYPE,
            FurtherPrompt.AND,
            FurtherPrompt.NOT,
            SemanticGuidance.TYPE,
            EraseTerm.TYPE,
            Erased.TYPE,
            SafeLatent.TYPE,
            Guardian.TYPE,
            Cads.TYPE,
            Distilled.TYPE,
            IndependentCondition.TYPE,
            ShiftedTime.TYPE,
            Autoguidance.TYPE,
            PerturbedGuidance.TYPE,
            SlidingWindow.TYPE,
            Blend.TYPE,
            MixedWeights.TYPE,
            Core2.TYPE,
            Core2Affine.TYPE,
            ImageGuidance.TYPE,
            DifferenceReuse.TYPE,
            LinearAg.TYPE,
            FrequencyGuidance.TYPE,
            FreSca.TYPE,
            MamboG.TYPE,
            PowerLaw.TYPE,
            VelocityAdaptive.TYPE,
            SlidingMode.TYPE,
            FeedbackGuidance.TYPE,
            PmcCfg.TYPE,
            TangentialCfg.TYPE,
            CfgZeroStar.TYPE,
            AngleGuidance.TYPE,
            Rescale.TYPE,
            Renorm.TYPE,
            EnergyPreserving.TYPE,
            DynamicThreshold.TYPE,
            Mahiro.TYPE,
            Higs.TYPE,
            NoiseScale.TYPE,
            Gfcg.TYPE,
            EluCd.TYPE,
            FeynmanKac.TYPE,
            FeynmanKacProduct.TYPE,
            RectifiedCfgPlusPlus.TYPE,
            ZSampling.TYPE,
            ZCore.TYPE,
            PredictorCorrector.TYPE,
            ApgDiffusers.TYPE,
            ApgComfyUi.TYPE);
    private static final List<NoiseSource> NOISES = List.of(new TorchNoise(), new TorchStreamNoise(), new NvNoise(), new NumpyNoise());

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

    /// The stack of checked terms, completed as in [#resolvePolicy].
    ///
    /// @throws EngineException.InvalidInput for unknown ids, wrong parameters and slots filled twice, all together
    public static PolicyStack policy(List<Term> terms) {
        return new PolicyStack(check(terms).stream().map(ResolvedPolicy::policy).toList());
    }

    /// `terms` with every parameter spelled out, and with `cfg` added where no term sets a weight: what is recorded and shown.
    ///
    /// @throws EngineException.InvalidInput as [#policy]
    public static List<Term> resolvePolicy(List<Term> terms) {
        return check(terms).stream().map(ResolvedPolicy::term).toList();
    }

    private record ResolvedPolicy(PolicyType type, Term term, GuidancePolicy policy) {
        static ResolvedPolicy of(Term term) {
            PolicyType type = policyType(term.id());
            Parameters parameters = type.descriptor().check(term.parameters());
            return new ResolvedPolicy(type, Term.of(type.descriptor(), parameters), type.create().apply(parameters));
        }
    }

    private static List<ResolvedPolicy> check(List<Term> terms) {
        List<Problem> problems = new ArrayList<>();
        List<ResolvedPolicy> resolved = new ArrayList<>();
        for (Term term : terms) {
            try {
                resolved.add(ResolvedPolicy.of(term));
            } catch (EngineException.InvalidInput e) {
                problems.addAll(e.problems());
            }
        }
        problems.addAll(conflicts(terms, resolved));
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems);
        }
        if (resolved.stream().noneMatch(part -> part.type().slots().contains(Slot.STRENGTH))) {
            resolved.add(ResolvedPolicy.of(Term.of(Cfg.TYPE.descriptor().id())));
        }
        return resolved;
    }

    private static List<Problem> conflicts(List<Term> terms, List<ResolvedPolicy> resolved) {
        List<PolicyType> types = terms.stream()
                .flatMap(term -> POLICIES.stream().filter(type -> type.descriptor().id().equals(term.id())))
                .toList();
        if (types.contains(NoGuidance.TYPE)) {
            return types.size() == 1
                    ? List.of()
                    : List.of(new Problem("policy", "none to stand alone", Term.text(terms), "Remove none, or everything else"));
        }
        List<Problem> problems = new ArrayList<>();
        for (Slot slot : Slot.values()) {
            List<String> filling = types.stream().filter(type -> slots(type, resolved).contains(slot)).map(type -> type.descriptor().id()).toList();
            if (slot.takesOne() && filling.size() > 1) {
                problems.add(new Problem(
                        "policy", "at most one part that " + slot.role(), String.join(" and ", filling), "Keep one of them"));
            }
        }
        return problems;
    }

    /// The slots that a policy fills with its parameters; those of its type where they were refused.
    private static Set<Slot> slots(PolicyType type, List<ResolvedPolicy> resolved) {
        return resolved.stream().filter(part -> part.type().equals(type)).findFirst().map(part -> part.policy().slots()).orElse(type.slots());
    }

    private static <T> T find(String kind, String id, List<T> all, Function<T, String> idOf) {
        return all.stream().filter(entry -> idOf.apply(entry).equals(id)).findFirst().orElseThrow(() -> {
            List<String> ids = all.stream().map(idOf).sorted(Comparator.naturalOrder()).toList();
            return new EngineException.InvalidInput(kind, "one of " + String.join(", ", ids), id, "Check the spelling");
        });
    }
}
