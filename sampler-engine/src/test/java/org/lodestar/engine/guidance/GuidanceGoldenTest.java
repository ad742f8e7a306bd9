package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.testing.Golden;
import tools.jackson.databind.JsonNode;

/// Guidance against recorded values of the diffusers library, in `guidance.json` of the directory `-Dlodestar.golden` (default: the copies in the test resources).
/// The recorded arrays are taken as raw network outputs, whatever the network predicts.
class GuidanceGoldenTest {

    @TestFactory
    List<DynamicTest> recordedOutputsAreReproduced() {
        List<DynamicTest> tests = new ArrayList<>();
        int number = 0;
        for (JsonNode recorded : Golden.json("guidance.json").get("cases")) {
            String name = recorded.get("name").asString();
            String policy = policyFor(name, recorded.get("config"), momentumActed(recorded));
            for (Parameterization parameterization : Parameterization.values()) {
                tests.add(DynamicTest.dynamicTest(
                        number + " " + policy + " on " + parameterization, () -> check(recorded, policy, parameterization)));
            }
            number++;
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    /// The stack that computes what the library's guider of that name and configuration does. Its scale counts from the reference, or from the prompt
    /// (`w = scale + 1`) in the original formulation.
    private static String policyFor(String name, JsonNode config, boolean momentumActed) {
        boolean original = config.get("use_original_formulation").asBoolean();
        String w = Descriptor.plain(config.get("guidance_scale").asDouble() + (original ? 1 : 0));
        String guided = switch (name) {
            case "ClassifierFreeGuidance" -> "cfg(w=" + w + ")";
            case "AdaptiveProjectedGuidance" -> {
                JsonNode momentum = config.get("adaptive_projected_guidance_momentum");
                yield String.format(
                        Locale.ROOT,
                        "apg_diffusers(w=%s,eta=%s,r=%s,beta=%s,from=%s)",
                        w,
                        Descriptor.plain(config.get("eta").asDouble()),
                        Descriptor.plain(config.get("adaptive_projected_guidance_rescale").asDouble()),
                        momentum.isNull() || !momentumActed ? "0" : Descriptor.plain(momentum.asDouble()),
                        original ? "prompt" : "reference");
            }
            case "ClassifierFreeZeroStarGuidance" ->
                "zero_star(space=output,zero=" + config.get("zero_init_steps").asInt() + ") + cfg(w=" + w + ")";
            case "TangentialClassifierFreeGuidance" -> "tcfg(space=output) + cfg(w=" + w + ")";
            default -> throw new AssertionError("no policy is known for the recorded guider " + name);
        };
        if (config.get("start").asDouble() > 0 || config.get("stop").asDouble() < 1) {
            guided = "window(from=" + Descriptor.plain(config.get("start").asDouble()) + ",to=" + Descriptor.plain(config.get("stop").asDouble()) + ") + " + guided;
        }
        double phi = config.get("guidance_rescale").asDouble();
        return phi == 0 ? guided : guided + " + rescale(phi=" + Descriptor.plain(phi) + ")";
    }

    /// Whether momentum was carried from step to step when the values were recorded. The library makes its momentum buffer in a part of the guider that a recording of
    /// the combination alone does not pass through; there every step is a first one, and must then be reproduced exactly without momentum. What momentum does is proved
    /// in [PolicyRulesTest].
    private static boolean momentumActed(JsonNode recorded) {
        JsonNode config = recorded.get("config");
        if (!config.has("adaptive_projected_guidance_momentum") || config.get("adaptive_projected_guidance_momentum").isNull()) {
            return false;
        }
        try {
            check(recorded, policyFor(recorded.get("name").asString(), config, false), Parameterization.X0);
            return false;
        } catch (AssertionError memoryless) {
            return true;
        }
    }

    private static void check(JsonNode recorded, String policy, Parameterization parameterization) {
        int[] shape = ints(recorded.get("shape"));
        PolicyStack stack = Toy.stack(policy);
        for (int sample = 0; sample < shape[0]; sample++) {
            Toy toy = Toy.on(Toy.vp(recorded.get("steps").size())).of(parameterization).sized(shape[1], shape[2], shape[3]);
            PolicyState state = stack.begin();
            for (int step = 0; step < recorded.get("steps").size(); step++) {
                JsonNode values = recorded.get("steps").get(step);
                StepContext context = toy.context(step, 0, toy.grid.level(step), toy.start);
                Latents cond = latents(values.get("cond"), shape, sample);
                Latents uncond = latents(values.get("uncond"), shape, sample);
                GuidanceOutcome outcome = answer(stack.evaluate(context, state), context, cond, uncond);
                state = outcome.next();
                Latents expected = latents(values.get("out"), shape, sample);
                Latents found = Space.named("output", context).of(outcome.guided());
                double scale = Math.max(1, largest(expected));
                assertThat(largest(LatentOps.subtract(found, expected)) / scale).as("sample " + sample + ", step " + step).isLessThan(1e-5);
            }
        }
    }

    private static GuidanceOutcome answer(Evaluation<GuidanceOutcome> evaluation, StepContext context, Latents cond, Latents uncond) {
        Evaluation<GuidanceOutcome> current = evaluation;
        while (current instanceof Evaluation.Ask<GuidanceOutcome>(List<Query> queries, var then)) {
            current = then.apply(queries.stream()
                    .map(query -> context.parameterization().toPrediction(raw(query.branch(), cond, uncond), context.x(), context.level()))
                    .toList());
        }
        return ((Evaluation.Done<GuidanceOutcome>) current).value();
    }

    private static Latents raw(Branch branch, Latents cond, Latents uncond) {
        return branch.name().equals("cond") ? cond : uncond;
    }

    private static double largest(Latents x) {
        double largest = 0;
        for (int i = 0; i < x.size(); i++) {
            largest = Math.max(largest, Math.abs(x.at(i)));
        }
        return largest;
    }

    private static Latents latents(JsonNode array, int[] shape, int sample) {
        Latents zeros = Latents.zeros(shape[1], shape[2], shape[3]);
        return zeros.like(i -> array.get(sample * zeros.size() + i).asDouble());
    }

    private static int[] ints(JsonNode array) {
        int[] out = new int[array.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = array.get(i).asInt();
        }
        return out;
    }
}
