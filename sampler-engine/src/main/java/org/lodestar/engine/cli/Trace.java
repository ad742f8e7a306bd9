package org.lodestar.engine.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.record.CanonicalJson;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.StepRecord;

/// A run as JSON lines, one per step and sample: the level the step started from (`time`, `alpha`, `sigma`), what it spent (`nfe`), what guidance did (`telemetry`, of the step's first
/// evaluation), and the state it led to (`latents`: float32 little-endian in base64, `shape`).
final class Trace {

    private Trace() {}

    static byte[] of(RunHandle run, int samples) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int sample = 0; sample < samples; sample++) {
            for (int step = 0; step < run.stepsDone(0); step++) {
                lines.writeBytes(CanonicalJson.write(line(sample, run.step(0, sample, step))).getBytes(StandardCharsets.UTF_8));
                lines.write('\n');
            }
        }
        return lines.toByteArray();
    }

    private static Map<String, Object> line(int sample, StepRecord step) {
        Latents after = step.after();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("sample", sample);
        line.put("step", step.step());
        line.put("time", step.level().modelTime());
        line.put("alpha", step.level().alpha());
        line.put("sigma", step.level().sigma());
        line.put("nfe", step.nfe());
        line.put("networkSeconds", step.networkNanos() / 1e9);
        line.put("otherSeconds", step.otherNanos() / 1e9);
        line.put("telemetry", telemetry(step.telemetry().getFirst()));
        line.put("shape", List.of(after.channels(), after.height(), after.width()));
        line.put("latents", base64(after));
        return line;
    }

    private static Map<String, Object> telemetry(Telemetry t) {
        Map<String, Object> all = new LinkedHashMap<>(t.numbers());
        all.put("guided", t.guided());
        all.put("branches", t.branches());
        all.put("notes", t.notes());
        return all;
    }

    private static String base64(Latents latents) {
        ByteBuffer bytes = ByteBuffer.allocate(latents.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        latents.copyTo(bytes.asFloatBuffer());
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
