package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.schedule.BetaTable;
import org.lodestar.engine.schedule.FlowSchedule;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.VpSchedule;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a model folder's `scheduler_config.json` says of noise, output and usual sampling. A key that is missing, or null, takes the default of the class named in the file.
///
/// The class also decides details that no key names: whether sampling ends clean, how evenly spread times are rounded, and how a terminal signal-to-noise ratio of zero
/// is kept finite. A class that is not known is read like DDIM and named in [#notes()].
///
/// @param className        `_class_name` of the file
/// @param schedule         the noise levels; for a [#dynamicShift()] those of its base picture size
/// @param dynamicShift     how a flow schedule depends on the picture size, if it does
/// @param parameterization what the network puts out
/// @param spacing          suggested spacing
/// @param sampler          suggested sampler
/// @param notes            what was read but is not used, and what is used instead, as sentences
public record SchedulerConfig(
        String className,
        NoiseSchedule schedule,
        Optional<DynamicShift> dynamicShift,
        Parameterization parameterization,
        Term spacing,
        Term sampler,
        List<String> notes) {

    public SchedulerConfig {
        notes = List.copyOf(notes);
    }

    /// A flow shift that grows with the picture: `mu` on the line through (`baseTokens`, `baseShift`) and (`maxTokens`, `maxShift`).
    ///
    /// @param linear whether `mu` is the shift itself, else the shift is `e^mu`
    public record DynamicShift(int baseTokens, int maxTokens, double baseShift, double maxShift, boolean linear) {

        /// The noise levels for a picture of `tokens` tokens.
        public NoiseSchedule schedule(int tokens) {
            double mu = FlowSchedule.muFor(tokens, baseTokens, maxTokens, baseShift, maxShift);
            return linear ? FlowSchedule.dynamic(StrictMath.log(mu)) : FlowSchedule.dynamic(mu);
        }
    }

    /// Reads a file.
    ///
    /// @throws EngineException.ModelProblem if it cannot be read, is not JSON, or has values that cannot be used: all of them together
    public static SchedulerConfig read(Path file) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(Files.readString(file));
        } catch (IOException e) {
            throw new EngineException.ModelProblem(
                    List.of(new Problem(file.toString(), "a readable scheduler file", String.valueOf(e.getMessage()), "Check that the model folder is complete")), e);
        } catch (JacksonException e) {
            throw new EngineException.ModelProblem(
                    List.of(new Problem(file.toString(), "JSON", e.getOriginalMessage(), "Fetch the file again; it may be cut off")), e);
        }
        return parse(root);
    }

    /// Reads the content of a file.
    ///
    /// @throws EngineException.ModelProblem if it has values that cannot be used: all of them together
    public static SchedulerConfig parse(JsonNode root) {
        return new Reader(root).config();
    }

    /// Classes by what matters here: the sampler they stand for, and their habits.
    private enum Kind {
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

        Kind(String sampler, Ends ends, Times times) {
            this.sampler = sampler;
            this.ends = ends;
            this.times = times;
        }

        static @Nullable Kind of(String className) {
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
    }

    /// Which key decides where sampling ends.
    private enum Ends {
        CLEAN,
        FIRST_LEVEL,
        BY_ALPHA_KEY,
        BY_SIGMA_KEY
    }

    /// How evenly spread times are made.
    private enum Times {
        WHOLE,
        FRACTIONAL,
        /// Whole, with one time planned more and the last one left out.
        OPEN
    }

    /// One pass over a file: looks keys up, collects problems and notes.
    private static final class Reader {
        private final JsonNode root;
        private final List<Problem> problems = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        Reader(JsonNode root) {
            this.root = root;
        }

        SchedulerConfig config() {
            if (!root.isObject()) {
                problems.add(new Problem("scheduler_config.json", "an object with named values", root.getNodeType().toString(), "Fetch the file again"));
            }
            String className = word("_class_name", "(none)");
            Kind known = Kind.of(className);
            Kind kind = known == null ? Kind.DDIM : known;
            if (known == null) {
                notes.add("The scheduler class " + className + " is not known; its file is read like DDIMScheduler and the sampler ddim is suggested.");
            }
            noteUnused(kind == Kind.DDIM || kind == Kind.DDPM || kind == Kind.TCD);
            if (kind == Kind.PNDM && !flag("skip_prk_steps", false)) {
                notes.add("skip_prk_steps is off in the scheduler file; the sampler pndm begins with one step of Heun's instead of three Runge-Kutta steps.");
            }
            Parameterization parameterization = parameterization(kind);
            boolean flow = kind.isFlow() || flag("use_flow_sigmas", false);
            Optional<DynamicShift> dynamicShift = flow && flag("use_dynamic_shifting", false) ? Optional.of(dynamicShift()) : Optional.empty();
            int times = (int) Math.min(number("num_train_timesteps", 1000, 2, 100_000), 100_000);
            Optional<NoiseSchedule> schedule;
            if (dynamicShift.isPresent()) {
                schedule = dynamicShift.map(d -> d.schedule(d.baseTokens()));
            } else {
                schedule = flow ? Optional.of(flowSchedule(kind)) : vpSchedule(kind, times);
            }
            Term spacing = spacing(kind, flow);
            Term sampler = sampler(kind, known != null);
            if (!problems.isEmpty() || schedule.isEmpty()) {
                throw new EngineException.ModelProblem(problems, null);
            }
            return new SchedulerConfig(className, schedule.get(), dynamicShift, parameterization, spacing, sampler, notes);
        }

        private Parameterization parameterization(Kind kind) {
            if (kind.isFlow()) {
                return Parameterization.FLOW;
            }
            String type = choice("prediction_type", "epsilon", List.of("epsilon", "v_prediction", "sample", "flow_prediction"));
            return switch (type) {
                case "v_prediction" -> Parameterization.V;
                case "sample" -> Parameterization.X0;
                case "flow_prediction" -> Parameterization.FLOW;
                default -> Parameterization.EPS;
            };
        }

        private DynamicShift dynamicShift() {
            return new DynamicShift(
                    (int) number("base_image_seq_len", 256, 1, 1e9),
                    (int) number("max_image_seq_len", 4096, 1, 1e9),
                    number("base_shift", 0.5, -20, 20),
                    number("max_shift", 1.15, -20, 20),
                    choice("time_shift_type", "exponential", List.of("exponential", "linear")).equals("linear"));
        }

        private NoiseSchedule flowSchedule(Kind kind) {
            return FlowSchedule.shifted(number(kind.isFlow() ? "shift" : "flow_shift", 1, 1e-3, 1e3));
        }

        private Optional<NoiseSchedule> vpSchedule(Kind kind, int times) {
            Optional<BetaTable> betas = betas(kind, times);
            boolean zeroTerminal = flag("rescale_betas_zero_snr", false);
            boolean clean =
                    switch (kind.ends) {
                        case CLEAN -> true;
                        case FIRST_LEVEL -> false;
                        case BY_ALPHA_KEY -> flag("set_alpha_to_one", kind != Kind.PNDM);
                        case BY_SIGMA_KEY -> choice("final_sigmas_type", "zero", List.of("zero", "sigma_min")).equals("zero");
                    };
            if (betas.isEmpty()) {
                return Optional.empty();
            }
            try {
                VpSchedule schedule = VpSchedule.of((zeroTerminal ? betas.get().withZeroTerminalSnr() : betas.get()).alphaBars());
                if (zeroTerminal && !kind.reachesPureNoise()) {
                    schedule = schedule.withFiniteEnd();
                }
                return Optional.of(clean ? schedule : schedule.endingAtFirstLevel());
            } catch (IllegalArgumentException e) {
                problems.add(new Problem("scheduler_config.json betas", "noise that grows with time", String.valueOf(e.getMessage()), "Fetch the file again"));
                return Optional.empty();
            }
        }

        private Optional<BetaTable> betas(Kind kind, int times) {
            JsonNode trained = root.path("trained_betas");
            if (trained.isArray()) {
                List<Double> values = trained.values().stream().map(v -> v.asDouble(Double.NaN)).toList();
                if (values.size() < 2 || values.stream().anyMatch(v -> !(v > 0 && v < 1))) {
                    problems.add(problem("trained_betas", "at least two numbers between 0 and 1", values.size() + " entries, not all of that kind"));
                    return Optional.empty();
                }
                return Optional.of(new BetaTable(values.stream().map(Double::floatValue).toList()));
            }
            double start = number("beta_start", kind.hasLatentBetas() ? 0.00085 : 0.0001, 0, 1);
            double end = number("beta_end", kind.hasLatentBetas() ? 0.012 : 0.02, 0, 1);
            boolean scaled = kind == Kind.LCM || kind == Kind.TCD;
            return Optional.of(
                    switch (choice("beta_schedule", scaled ? "scaled_linear" : "linear", List.of("linear", "scaled_linear", "squaredcos_cap_v2"))) {
                        case "scaled_linear" -> BetaTable.scaledLinear(times, start, end);
                        case "squaredcos_cap_v2" -> BetaTable.cosine(times);
                        default -> BetaTable.linear(times, start, end);
                    });
        }

        private Term spacing(Kind kind, boolean flow) {
            for (String byNoise : List.of("karras", "exponential", "beta")) {
                if (flag("use_" + byNoise + "_sigmas", false)) {
                    return new Term(byNoise, flow ? Map.of() : kind.times == Times.OPEN ? openByNoise(kind, byNoise) : range());
                }
            }
            if (flow) {
                // Flow pipelines with a dynamic shift hand in the shares 1 - i/n; so, nearly, do the multistep solvers. The others spread over the whole table.
                return flag("use_dynamic_shifting", false) || !kind.isFlow() ? Term.of("trailing") : Term.of("linspace");
            }
            if (kind == Kind.LCM || kind == Kind.TCD) {
                return new Term("distilled", Map.of("taught", whole("original_inference_steps", 50, 1, 1000)));
            }
            boolean open = kind.times == Times.OPEN;
            Map<String, String> parameters = new LinkedHashMap<>();
            String spacing = choice("timestep_spacing", kind.leadsByDefault() ? "leading" : "linspace", List.of("leading", "trailing", "linspace"));
            if (spacing.equals("leading")) {
                parameters.put("offset", whole("steps_offset", 0, 0, 10));
            }
            if (spacing.equals("linspace") && kind.times != Times.FRACTIONAL) {
                parameters.put("whole", "true");
            }
            if (open && !spacing.equals("trailing")) {
                parameters.put("open", "true");
            }
            return new Term(spacing, parameters);
        }

        /// The multistep solver tells the network whole times with Karras levels, and with these only.
        private Map<String, String> openByNoise(Kind kind, String byNoise) {
            if (kind != Kind.DPM_MULTISTEP || !byNoise.equals("karras")) {
                return Map.of();
            }
            notes.add("Its scheduler class rounds the times of Karras levels to whole ones; the suggested spacing does so too.");
            return Map.of("whole", "true");
        }

        /// Classes of this kind look for the ends of the noise range among the steps they would take otherwise.
        private Map<String, String> range() {
            String evenly = choice("timestep_spacing", "linspace", List.of("leading", "trailing", "linspace"));
            return evenly.equals("linspace") ? Map.of() : Map.of("range", evenly);
        }

        private Term sampler(Kind kind, boolean known) {
            return switch (kind) {
                case DPM_MULTISTEP -> multistep();
                case DPM_SINGLESTEP -> {
                    if (word("algorithm_type", "dpmsolver++").startsWith("sde")) {
                        yield Term.of("dpmpp_sde");
                    }
                    yield new Term("dpmpp_2s", solver());
                }
                case UNIPC ->
                    new Term("unipc", Map.of("order", whole("solver_order", 2, 1, 3), "variant", choice("solver_type", "bh2", List.of("bh1", "bh2"))));
                case DEIS -> new Term("deis", Map.of("order", whole("solver_order", 2, 1, 3)));
                case DDIM, TCD -> new Term(kind.sampler, limit(kind, known));
                case DDPM -> {
                    Map<String, String> parameters = new LinkedHashMap<>(limit(kind, known));
                    if (word("variance_type", "fixed_small").startsWith("fixed_large")) {
                        parameters.put("variance", "large");
                    }
                    yield new Term("ddpm", parameters);
                }
                case LCM -> new Term("lcm", Map.of("scaling", Descriptor.plain(number("timestep_scaling", 10, 0.1, 1000))));
                default -> Term.of(kind.sampler);
            };
        }

        private Term multistep() {
            boolean noisy = word("algorithm_type", "dpmsolver++").startsWith("sde");
            return switch (whole("solver_order", 2, 1, 3)) {
                case "1" -> noisy ? Term.of("euler_a") : Term.of("ddim");
                case "2" -> new Term(noisy ? "dpmpp_2m_sde" : "dpmpp_2m", solver());
                default -> new Term(noisy ? "dpmpp_3m_sde" : "dpmpp_3m", solver());
            };
        }

        /// Bounds of clean samples. The older classes clip where the key is absent; what an unknown class does is not known.
        private Map<String, String> limit(Kind kind, boolean known) {
            if (flag("thresholding", false)) {
                notes.add("thresholding is on in the scheduler file; the suggested sampler limits clean samples by their quantiles. Other samplers do not.");
                return Map.of(
                        "clip", Descriptor.plain(number("sample_max_value", 1, 1, 100)),
                        "quantile", Descriptor.plain(number("dynamic_thresholding_ratio", 0.995, 0, 1)));
            }
            if (known && flag("clip_sample", kind != Kind.TCD)) {
                notes.add("clip_sample is " + (absent(root.path("clip_sample")) ? "not in the scheduler file, which means on" : "on in the scheduler file")
                        + "; the suggested sampler clips clean samples. Other samplers do not.");
                return Map.of("clip", Descriptor.plain(number("clip_sample_range", 1, 1e-3, 100)));
            }
            return Map.of();
        }

        private Map<String, String> solver() {
            return choice("solver_type", "midpoint", List.of("midpoint", "heun")).equals("heun") ? Map.of("solver", "heun") : Map.of();
        }

        private void noteUnused(boolean limits) {
            if (!limits && flag("clip_sample", false)) {
                notes.add("clip_sample is set in the scheduler file and is not used.");
            }
            if (!limits && flag("thresholding", false)) {
                notes.add("thresholding is set in the scheduler file and is not used.");
            }
            if (flag("stochastic_sampling", false)) {
                notes.add("stochastic_sampling is set in the scheduler file; choose the sampler lcm for it.");
            }
            if (flag("use_lu_lambdas", false)) {
                notes.add("use_lu_lambdas is set in the scheduler file; the spacing it stands for is exponential.");
            }
            if (word("algorithm_type", "").equals("dpmsolver") || word("algorithm_type", "").equals("sde-dpmsolver")) {
                notes.add("algorithm_type " + word("algorithm_type", "") + " solves for the noise; the method that solves for the clean sample is suggested instead.");
            }
            if (!flag("predict_x0", true)) {
                notes.add("predict_x0 is off in the scheduler file; the sampler works with clean samples all the same.");
            }
            for (String key : List.of("shift_terminal", "invert_sigmas", "sigma_min", "sigma_max")) {
                JsonNode value = root.path(key);
                if (value.isNumber() || (value.isBoolean() && value.booleanValue())) {
                    notes.add(key + " is set in the scheduler file and is not used.");
                }
            }
        }

        private String word(String key, String fallback) {
            JsonNode value = root.path(key);
            if (absent(value)) {
                return fallback;
            }
            if (!value.isString()) {
                problems.add(problem(key, "a text", value.toString()));
                return fallback;
            }
            return value.stringValue();
        }

        private String choice(String key, String fallback, List<String> options) {
            String value = word(key, fallback);
            if (!options.contains(value)) {
                problems.add(problem(key, "one of " + String.join(", ", options), value));
                return fallback;
            }
            return value;
        }

        private boolean flag(String key, boolean fallback) {
            JsonNode value = root.path(key);
            if (absent(value)) {
                return fallback;
            }
            if (!value.isBoolean()) {
                problems.add(problem(key, "true or false", value.toString()));
                return fallback;
            }
            return value.booleanValue();
        }

        private double number(String key, double fallback, double min, double max) {
            JsonNode value = root.path(key);
            if (absent(value)) {
                return fallback;
            }
            if (!value.isNumber() || !(value.doubleValue() >= min && value.doubleValue() <= max)) {
                problems.add(problem(
                        key, "a number from " + Descriptor.plain(min) + " to " + Descriptor.plain(max), value.toString()));
                return fallback;
            }
            return value.doubleValue();
        }

        private String whole(String key, int fallback, int min, int max) {
            return String.valueOf((int) number(key, fallback, min, max));
        }

        private static boolean absent(JsonNode value) {
            return value.isMissingNode() || value.isNull();
        }

        private static Problem problem(String key, String expected, String found) {
            return new Problem("scheduler_config.json " + key, expected, found, "Correct the value or fetch the model again");
        }
    }
}
