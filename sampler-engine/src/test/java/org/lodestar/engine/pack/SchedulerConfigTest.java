package org.lodestar.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.testing.Golden;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SchedulerConfigTest {

    private static SchedulerConfig parse(String json) {
        return SchedulerConfig.parse(JsonMapper.shared().readTree(json));
    }

    @Test
    void readsAModelTrainedDownToPureNoise() {
        SchedulerConfig config = parse("""
                {"_class_name": "DDIMScheduler", "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
                 "prediction_type": "v_prediction", "rescale_betas_zero_snr": true, "timestep_spacing": "trailing", "clip_sample": false,
                 "set_alpha_to_one": true, "steps_offset": 0}
                """);
        assertThat(config.parameterization()).isEqualTo(Parameterization.V);
        assertThat(config.schedule().at(999).alpha()).isZero();
        assertThat(config.schedule().clean().isClean()).isTrue();
        assertThat(config.spacing().text()).isEqualTo("trailing");
        assertThat(config.sampler().text()).isEqualTo("ddim");
        assertThat(config.notes()).isEmpty();
    }

    @Test
    void missingAndNullKeysTakeTheDefaultsOfTheClass() {
        SchedulerConfig ddim = parse("{\"_class_name\": \"DDIMScheduler\", \"trained_betas\": null}");
        assertThat(ddim.parameterization()).isEqualTo(Parameterization.EPS);
        assertThat(ddim.schedule().at(0).sigma()).isCloseTo(0.01, within(1e-6));
        assertThat(ddim.schedule().clean().isClean()).isTrue();
        assertThat(ddim.spacing().text()).isEqualTo("leading(offset=0)");

        SchedulerConfig pndm = parse("{\"_class_name\": \"PNDMScheduler\"}");
        assertThat(pndm.schedule().clean()).isEqualTo(pndm.schedule().at(0));

        SchedulerConfig lcm = parse("{\"_class_name\": \"LCMScheduler\"}");
        assertThat(lcm.schedule().at(0).karrasSigma()).isCloseTo(0.0291675348, within(1e-7));

        SchedulerConfig euler = parse("{\"_class_name\": \"EulerDiscreteScheduler\", \"rescale_betas_zero_snr\": true, \"beta_schedule\": \"scaled_linear\"}");
        assertThat(euler.schedule().at(999).alpha()).isPositive();
        assertThat(euler.spacing().text()).isEqualTo("linspace");
    }

    @Test
    void readsFlowModelsWithFixedAndGrowingShift() {
        SchedulerConfig fixed = parse("{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3.0}");
        assertThat(fixed.parameterization()).isEqualTo(Parameterization.FLOW);
        assertThat(fixed.schedule().timeAt(0.5)).isCloseTo(750, within(1e-9));
        assertThat(fixed.dynamicShift()).isEmpty();

        SchedulerConfig growing = parse("{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"use_dynamic_shifting\": true}");
        assertThat(growing.spacing().text()).isEqualTo("trailing");
        NoiseSchedule large = growing.dynamicShift().orElseThrow().schedule(4096);
        double e = StrictMath.exp(1.15);
        assertThat(large.timeAt(0.5)).isCloseTo(1000 * e / (e + 1), within(1e-9));
        assertThat(growing.schedule().timeAt(0.5)).isLessThan(large.timeAt(0.5));
    }

    @Test
    void suggestsTheSamplerWithItsSettings() {
        assertThat(sampler("DPMSolverMultistepScheduler", "\"solver_type\": \"heun\"")).isEqualTo("dpmpp_2m(solver=heun)");
        assertThat(sampler("DPMSolverMultistepScheduler", "\"solver_order\": 3")).isEqualTo("dpmpp_3m");
        assertThat(sampler("DPMSolverMultistepScheduler", "\"algorithm_type\": \"sde-dpmsolver++\"")).isEqualTo("dpmpp_2m_sde");
        assertThat(sampler("DEISMultistepScheduler", "\"solver_order\": 3")).isEqualTo("deis(order=3)");
        assertThat(sampler("DDPMScheduler", "\"variance_type\": \"fixed_large\"")).isEqualTo("ddpm(clip=1,variance=large)");
        assertThat(sampler("LCMScheduler", "\"timestep_scaling\": 1.0")).isEqualTo("lcm(scaling=1)");
        assertThat(sampler("PNDMScheduler", "\"skip_prk_steps\": true")).isEqualTo("pndm");
    }

    @Test
    void suggestsTheSpacingWithItsSettings() {
        assertThat(spacing("EulerDiscreteScheduler", "\"timestep_spacing\": \"leading\", \"steps_offset\": 1, \"use_karras_sigmas\": true"))
                .isEqualTo("karras(range=leading)");
        assertThat(spacing("DPMSolverMultistepScheduler", "\"timestep_spacing\": \"leading\", \"use_karras_sigmas\": true")).isEqualTo("karras(whole=true)");
        assertThat(spacing("LCMScheduler", "\"original_inference_steps\": 40")).isEqualTo("distilled(taught=40)");
        assertThat(spacing("UniPCMultistepScheduler", "\"steps_offset\": 1")).isEqualTo("linspace(whole=true,open=true)");
    }

    private static String sampler(String className, String keys) {
        return parse("{\"_class_name\": \"" + className + "\", " + keys + "}").sampler().text();
    }

    private static String spacing(String className, String keys) {
        return parse("{\"_class_name\": \"" + className + "\", " + keys + "}").spacing().text();
    }

    @Test
    void namesAnUnknownClassAndWhatIsUsedInstead() {
        SchedulerConfig config = parse("{\"_class_name\": \"FancyScheduler\"}");
        assertThat(config.notes()).anySatisfy(note -> assertThat(note).contains("FancyScheduler", "ddim"));
        assertThat(config.sampler().text()).isEqualTo("ddim");
    }

    @Test
    void namesSettingsThatAreNotUsed() {
        assertThat(parse("{\"_class_name\": \"EulerDiscreteScheduler\", \"thresholding\": true, \"clip_sample\": true}").notes()).hasSize(2);
    }

    @Test
    void reportsEveryBadValueTogether() {
        assertThatThrownBy(() -> parse("{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"zigzag\", \"prediction_type\": 3, \"num_train_timesteps\": -4}"))
                .isInstanceOfSatisfying(EngineException.ModelProblem.class, e -> assertThat(e.problems()).hasSize(3))
                .hasMessageContaining("zigzag")
                .hasMessageContaining("prediction_type")
                .hasMessageContaining("-4");
        assertThatThrownBy(() -> parse("{\"_class_name\": \"DDIMScheduler\", \"trained_betas\": [0.1, 2]}")).isInstanceOf(EngineException.ModelProblem.class);
        assertThatThrownBy(() -> parse("[1, 2]")).isInstanceOf(EngineException.ModelProblem.class).hasMessageContaining("object");
    }

    @Test
    void sayWhichFileCannotBeRead(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("scheduler_config.json");
        assertThatThrownBy(() -> SchedulerConfig.read(missing)).isInstanceOf(EngineException.ModelProblem.class).hasMessageContaining(missing.toString());
        Files.writeString(missing, "{\"_class_name\": \"DDIMSch");
        assertThatThrownBy(() -> SchedulerConfig.read(missing)).isInstanceOf(EngineException.ModelProblem.class).hasMessageContaining("JSON");
    }

    @Test
    void suggestsOnlyWhatTheCatalogueHas() {
        for (JsonNode recorded : Golden.json("samplers.json").get("cases")) {
            String className = recorded.get("scheduler").stringValue();
            ObjectNode file = ((ObjectNode) recorded.get("config")).deepCopy();
            file.put("_class_name", className);
            SchedulerConfig config = SchedulerConfig.parse(file);
            assertThat(Catalog.sampler(config.sampler())).as(className).isNotNull();
            assertThat(Catalog.spacing(config.spacing()).grid(config.schedule(), 5).steps()).as(className).isEqualTo(5);
        }
    }

    @Test
    void classesThatClipDoSoUnlessTheirFileForbidsIt() {
        assertThat(parse("{\"_class_name\": \"DDIMScheduler\"}").sampler().text()).isEqualTo("ddim(clip=1)");
        assertThat(parse("{\"_class_name\": \"DDIMScheduler\"}").notes()).singleElement().asString().contains("clip_sample is not in the scheduler file, which means on");
        assertThat(parse("{\"_class_name\": \"DDPMScheduler\", \"clip_sample_range\": 2.5}").sampler().text()).isEqualTo("ddpm(clip=2.5)");
        assertThat(parse("{\"_class_name\": \"TCDScheduler\"}").sampler().text()).isEqualTo("tcd");
        assertThat(parse("{\"_class_name\": \"DDIMScheduler\", \"clip_sample\": false}").sampler().text()).isEqualTo("ddim");
        assertThat(parse("{\"_class_name\": \"LCMScheduler\"}").sampler().text()).doesNotContain("clip");
        assertThat(parse("{\"_class_name\": \"NoSuchScheduler\"}").sampler().text()).isEqualTo("ddim");
        assertThat(parse("{\"_class_name\": \"DDIMScheduler\", \"thresholding\": true, \"sample_max_value\": 3}").sampler().parameters())
                .isEqualTo(Map.of("clip", "3", "quantile", "0.995"));
    }

    @Test
    void onlyTheMultistepSolverRoundsTheTimesOfKarrasLevels() {
        assertThat(parse("{\"_class_name\": \"DPMSolverMultistepScheduler\", \"use_karras_sigmas\": true}").spacing().text()).isEqualTo("karras(whole=true)");
        assertThat(parse("{\"_class_name\": \"DPMSolverMultistepScheduler\", \"use_exponential_sigmas\": true}").spacing().text()).isEqualTo("exponential");
        assertThat(parse("{\"_class_name\": \"EulerDiscreteScheduler\", \"use_karras_sigmas\": true}").spacing().text()).isEqualTo("karras");
        assertThat(parse("{\"_class_name\": \"UniPCMultistepScheduler\", \"use_karras_sigmas\": true}").spacing().text()).isEqualTo("karras");
    }
}
