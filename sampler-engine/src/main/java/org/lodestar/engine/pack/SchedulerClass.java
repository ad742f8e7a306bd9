package org.lodestar.engine.pack;

import org.jspecify.annotations.Nullable;

/// Classes by what matters here: the sampler they stand for, and their habits.
enum SchedulerClass {
    DDIM("ddim", Ends.BY_ALPHA_KEY, Times.WHOLE),
    DDPM("ddpm", Ends.CLEAN, Times.WHOLE),
    PNDM("pndm", Ends.BY_ALPHA_KEY, Times.WHOLE),
    LCM("lcm", Ends.BY_ALPHA_KEY, Times.WHOLE),
    TCD("tcd", Ends.FIRST_LEVEL, Times.WHOLE),
    EULER("euler", Ends.BY_SIGMA_KEY, Times.FRACTIONAL),
    EULER_ANCESTRAL("euler_a", Ends.CLEAN, Times.FRACTIONAL),
    HEUN("heun", Ends.CLEAN, Times.FRACTIONAL),
    LMS("lms", Ends.CLEAN, Times.FRACTIONAL),
    DPM2("dpm2", Ends.CLEAN, Times.FRACTIONAL),
    DPM2_ANCESTRAL("dpm2_a", Ends.CLEAN, Times.FRACTIONAL),
    DPM_SDE("dpmpp_sde", Ends.CLEAN, Times.FRACTIONAL),
    DPM_MULTISTEP("dpmpp_2m", Ends.BY_SIGMA_KEY, Times.OPEN),
    DPM_SINGLESTEP("dpmpp_2s", Ends.BY_SIGMA_KEY, Times.OPEN),
    UNIPC("unipc", Ends.BY_SIGMA_KEY, Times.OPEN),
    DEIS("deis", Ends.FIRST_LEVEL, Times.OPEN),
    FLOW_EULER("euler", Ends.CLEAN, Times.FRACTIONAL),
    FLOW_HEUN("heun", Ends.CLEAN, Times.FRACTIONAL);

    final String sampler;
    final Ends ends;
    final Times times;

    SchedulerClass(String sampler, Ends ends, Times times) {
        this.sampler = sampler;
        this.ends = ends;
        this.times = times;
    }

    static @Nullable SchedulerClass of(String className) {
        return switch (className) {
            case "DDIMScheduler", "DDIMParallelScheduler" -> DDIM;
            case "DDPMScheduler", "DDPMParallelScheduler" -> DDPM;
            case "PNDMScheduler" -> PNDM;
            case "LCMScheduler" -> LCM;
            case "TCDScheduler" -> TCD;
            case "EulerDiscreteScheduler" -> EULER;
            case "EulerAncestralDiscreteScheduler" -> EULER_ANCESTRAL;
            case "HeunDiscreteScheduler" -> HEUN;
            case "LMSDiscreteScheduler" -> LMS;
            case "KDPM2DiscreteScheduler" -> DPM2;
            case "KDPM2AncestralDiscreteScheduler" -> DPM2_ANCESTRAL;
            case "DPMSolverSDEScheduler" -> DPM_SDE;
            case "DPMSolverMultistepScheduler" -> DPM_MULTISTEP;
            case "DPMSolverSinglestepScheduler" -> DPM_SINGLESTEP;
            case "UniPCMultistepScheduler" -> UNIPC;
            case "DEISMultistepScheduler" -> DEIS;
            case "FlowMatchEulerDiscreteScheduler" -> FLOW_EULER;
            case "FlowMatchHeunDiscreteScheduler" -> FLOW_HEUN;
            default -> null;
        };
    }

    boolean isFlow() {
        return this == FLOW_EULER || this == FLOW_HEUN;
    }

    /// Whether steps are spread over the trained times by default as `leading`, else as `linspace`.
    boolean leadsByDefault() {
        return times == Times.WHOLE;
    }

    /// Whether a terminal signal-to-noise ratio of zero stays exactly zero.
    boolean reachesPureNoise() {
        return times == Times.WHOLE;
    }

    /// Stable Diffusion's betas rather than DDPM's where the file has none.
    boolean hasLatentBetas() {
        return switch (this) {
            case LCM, TCD, HEUN, DPM2, DPM2_ANCESTRAL, DPM_SDE -> true;
            default -> false;
        };
    }

    /// Which key decides where sampling ends.
    enum Ends {
        CLEAN,
        FIRST_LEVEL,
        BY_ALPHA_KEY,
        BY_SIGMA_KEY
    }

    /// How evenly spread times are made.
    enum Times {
        WHOLE,
        FRACTIONAL,
        /// Whole, with one time planned more and the last one left out.
        OPEN
    }
}
