package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.schedule.FlowSchedule;
import org.lodestar.engine.schedule.NoiseSchedule;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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
        return parse(tree(file));
    }

    /// Reads a file as the pipelines of Stable Diffusion 1 and 2 do, which take a `steps_offset` of 1 and, unless they repaint, no clipping of clean samples, whatever the file says: files older
    /// than these keys say otherwise or nothing.
    ///
    /// @param repaints whether it is the file of an inpainting model
    /// @throws EngineException.ModelProblem as [#read]
    static SchedulerConfig readAsPipelines(Path file, boolean repaints) {
        JsonNode root = tree(file);
        if (!(root instanceof ObjectNode written)) {
            return parse(root);
        }
        ObjectNode taken = written.deepCopy().put("steps_offset", 1);
        if (!repaints) {
            taken.put("clip_sample", false);
        }
        SchedulerConfig asWritten = parse(root);
        SchedulerConfig config = parse(taken);
        if (config.spacing().equals(asWritten.spacing()) && config.sampler().equals(asWritten.sampler())) {
            return config;
        }
        List<String> notes = new ArrayList<>(config.notes());
        notes.add("The scheduler file is an old one: as Stable Diffusion's own pipelines do, its steps are moved by one (steps_offset 1) and clean samples are not clipped.");
        return new SchedulerConfig(config.className(), config.schedule(), config.dynamicShift(), config.parameterization(), config.spacing(), config.sampler(), notes);
    }

    private static JsonNode tree(Path file) {
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
        return root;
    }

    /// Reads the content of a file.
    ///
    /// @throws EngineException.ModelProblem if it has values that cannot be used: all of them together
    public static SchedulerConfig parse(JsonNode root) {
        return new SchedulerReader(root).config();
    }
}
