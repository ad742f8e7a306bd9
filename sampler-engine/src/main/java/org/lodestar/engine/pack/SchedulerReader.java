package org.lodestar.engine.pack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.pack.SchedulerConfig.DynamicShift;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.schedule.BetaTable;
import org.lodestar.engine.schedule.FlowSchedule;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.VpSchedule;
import tools.jackson.databind.JsonNode;

/// One pass over a file: looks keys up, collects problems and notes.
final class SchedulerReader {
    private final JsonNode root;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    SchedulerReader(JsonNode root) {
        this.root = root;
    }

    SchedulerConfig config() {
        if (!root.isObject()) {
            problems.add(new Problem("scheduler_config.json", "an object with named values", root.getNodeType().toString(), "Fetch the file again"));
        }
        String className = word("_class_name", "(none)");
        SchedulerClass known = SchedulerClass.of(className);
        SchedulerClass kind = known == null ? SchedulerClass.DDIM : known;
        if (known == null) {
            notes.add("The scheduler class " + className + " is not known; its file is read like DDIMScheduler and the sampler ddim is suggested.");
        }
        noteUnused(kind == SchedulerClass.DDIM || kind == SchedulerClass.DDPM || kind == SchedulerClass.TCD);
        if (kind == SchedulerClass.PNDM && !flag("skip_prk_steps", false)) {
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

    private Parameterization parameterization(SchedulerClass kind) {
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

    private NoiseSchedule flowSchedule(SchedulerClass kind) {
        return FlowSchedule.shifted(number(kind.isFlow() ? "shift" : "flow_shift", 1, 1e-3, 1e3));
    }

    private Optional<NoiseSchedule> vpSchedule(SchedulerClass kind, int times) {
        Optional<BetaTable> betas = betas(kind, times);
        boolean zeroTerminal = flag("rescale_betas_zero_snr", false);
        boolean clean =
                switch (kind.ends) {
                    case CLEAN -> true;
                    case FIRST_LEVEL -> false;
                    case BY_ALPHA_KEY -> flag("set_alpha_to_one", kind != SchedulerClass.PNDM);
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

    private Optional<BetaTable> betas(SchedulerClass kind, int times) {
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
        boolean scaled = kind == SchedulerClass.LCM || kind == SchedulerClass.TCD;
        return Optional.of(
                switch (choice("beta_schedule", scaled ? "scaled_linear" : "linear", List.of("linear", "scaled_linear", "squaredcos_cap_v2"))) {
                    case "scaled_linear" -> BetaTable.scaledLinear(times, start, end);
                    case "squaredcos_cap_v2" -> BetaTable.cosine(times);
                    default -> BetaTable.linear(times, start, end);
                });
    }

    private Term spacing(SchedulerClass kind, boolean flow) {
        for (String byNoise : List.of("karras", "exponential", "beta")) {
            if (flag("use_" + byNoise + "_sigmas", false)) {
                return new Term(byNoise, flow ? Map.of() : kind.times == SchedulerClass.Times.OPEN ? openByNoise(kind, byNoise) : range());
            }
        }
        if (flow) {
            // Flow pipelines with a dynamic shift hand in the shares 1 - i/n; so, nearly, do the multistep solvers. The others spread over the whole table.
            return flag("use_dynamic_shifting", false) || !kind.isFlow() ? Term.of("trailing") : Term.of("linspace");
        }
        if (kind == SchedulerClass.LCM || kind == SchedulerClass.TCD) {
            return new Term("distilled", Map.of("taught", whole("original_inference_steps", 50, 1, 1000)));
        }
        boolean open = kind.times == SchedulerClass.Times.OPEN;
        Map<String, String> parameters = new LinkedHashMap<>();
        String spacing = choice("timestep_spacing", kind.leadsByDefault() ? "leading" : "linspace", List.of("leading", "trailing", "linspace"));
        if (spacing.equals("leading")) {
            parameters.put("offset", whole("steps_offset", 0, 0, 10));
        }
        if (spacing.equals("linspace") && kind.times != SchedulerClass.Times.FRACTIONAL) {
            parameters.put("whole", "true");
        }
        if (open && !spacing.equals("trailing")) {
            parameters.put("open", "true");
        }
        return new Term(spacing, parameters);
    }

    /// The multistep solver tells the network whole times with Karras levels, and with these only.
    private Map<String, String> openByNoise(SchedulerClass kind, String byNoise) {
        if (kind != SchedulerClass.DPM_MULTISTEP || !byNoise.equals("karras")) {
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

    private Term sampler(SchedulerClass kind, boolean known) {
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
    private Map<String, String> limit(SchedulerClass kind, boolean known) {
        if (flag("thresholding", false)) {
            notes.add("thresholding is on in the scheduler file; the suggested sampler limits clean samples by their quantiles. Other samplers do not.");
            return Map.of(
                    "clip", Descriptor.plain(number("sample_max_value", 1, 1, 100)),
                    "quantile", Descriptor.plain(number("dynamic_thresholding_ratio", 0.995, 0, 1)));
        }
        if (known && flag("clip_sample", kind != SchedulerClass.TCD)) {
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
