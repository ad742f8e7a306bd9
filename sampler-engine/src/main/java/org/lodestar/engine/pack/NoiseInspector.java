package org.lodestar.engine.pack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.ModelFolder.Denoising;
import tools.jackson.databind.json.JsonMapper;

/// Finds out what noise a model was trained on: from its scheduler file, else from its family.
///
/// @param folder   the model's
/// @param problems told what is wrong with the file, or that there is none where it is needed
/// @param notes    told what was assumed
record NoiseInspector(Path folder, List<Problem> problems, List<String> notes) {
    /// Inputs of Stable Diffusion's denoisers that are shown a picture, and a picture and a mask, beside the state.
    private static final int EDITING_CHANNELS = 8;

    private static final int REPAINTING_CHANNELS = 9;

    /// @param pipeline the class name in the folder's index, or ""
    /// @param denoiser the main one, if it could be read
    @Nullable SchedulerConfig noise(Family family, String pipeline, Optional<Denoising> denoiser, Optional<Transformer> transformer) {
        Path file = file();
        try {
            if (Files.isRegularFile(file)) {
                boolean edits = pipeline.contains("Pix2Pix") || denoiser.map(found -> found.ports().channels() == EDITING_CHANNELS).orElse(false);
                boolean repaints = pipeline.contains("Inpaint") || denoiser.map(found -> found.ports().channels() == REPAINTING_CHANNELS).orElse(false);
                return (family == Family.SD1 || family == Family.SD2) && !edits ? SchedulerConfig.readAsPipelines(file, repaints) : SchedulerConfig.read(file);
            }
            if (transformer.isPresent()) {
                notes.add("There is no scheduler file; the usual noise of " + family.title() + " is assumed.");
                return SchedulerConfig.parse(JsonMapper.shared().readTree(transformer.get().noise()));
            }
            String prediction = family.prediction();
            if (prediction != null) {
                notes.add("There is no scheduler file; the usual noise of " + family.title() + " is assumed.");
                return SchedulerConfig.parse(JsonMapper.shared().readTree("""
                        {"_class_name": "%s", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1,
                         "set_alpha_to_one": false, "clip_sample": false, "timestep_spacing": "leading", "prediction_type": "%s"}
                        """.formatted(family == Family.LCM ? "LCMScheduler" : "DDIMScheduler", prediction)));
            }
            problems.add(new Problem("scheduler/scheduler_config.json", "the noise schedule the model was trained on", "nothing",
                    "Copy the scheduler folder of the model too"));
        } catch (EngineException.ModelProblem e) {
            problems.addAll(e.problems());
        }
        return null;
    }

    /// In its own folder or beside the parts of the model.
    Path file() {
        String name = "scheduler_config.json";
        return Files.isRegularFile(folder.resolve(name)) && !Files.isRegularFile(folder.resolve("scheduler").resolve(name)) ? folder.resolve(name) : folder.resolve("scheduler").resolve(name);
    }
}
