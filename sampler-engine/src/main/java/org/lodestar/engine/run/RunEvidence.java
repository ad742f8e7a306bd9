package org.lodestar.engine.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.record.Sha256;
import org.lodestar.engine.record.Versions;

/// Writes down how a picture came about.
///
/// @param model      what it was made with
/// @param spec       what was asked, live edits included
/// @param parentHash hash of the parent's spec where the run is a branch, else ""
/// @param timings    of the run so far
record RunEvidence(ModelInfo model, RunSpec spec, String parentHash, RunTimings timings) {

    /// The record of one sample.
    ///
    /// @param readings what companions say of the picture
    /// @param findings what is wrong with the picture or its computing, noted with the last step
    RunRecord of(int sample, Latents noise, Latents latents, Rgb picture, List<StepRecord> steps, Map<String, Double> readings, List<String> findings) {
        List<RunRecord.PolicyEntry> log = new ArrayList<>();
        List<Map<String, Double>> telemetry = new ArrayList<>();
        int nfe = 0;
        int nfeFull = 0;
        for (StepRecord step : steps) {
            boolean last = step.step() == steps.getLast().step();
            List<String> notes = Stream.concat(step.telemetry().stream().flatMap(t -> t.notes().stream()), last ? findings.stream() : Stream.empty()).toList();
            log.add(new RunRecord.PolicyEntry(step.step(), Term.text(spec.at(step.step()).policy()), step.nfe(), notes));
            telemetry.add(numbers(step));
            nfe += step.nfe();
            nfeFull += step.nfeFull();
        }
        return new RunRecord(
                1,
                SpecJson.text(spec),
                SpecJson.hash(spec),
                sample,
                spec.seed() + sample,
                model.name(),
                model.contentHash(),
                Sha256.of(noise),
                Sha256.of(latents),
                Sha256.of(picture),
                log,
                telemetry,
                nfe,
                nfeFull,
                timings.seconds(),
                Versions.current(),
                model.device().label(),
                model.device().threads(),
                model.callLayout(),
                parentHash,
                readings);
    }

    /// The step's numbers by name; quantities that do not exist are left out.
    static Map<String, Double> numbers(StepRecord step) {
        Map<String, Double> numbers = new LinkedHashMap<>(step.telemetry().getFirst().numbers());
        numbers.put("karrasSigma", step.level().karrasSigma());
        numbers.put("nfe", (double) step.nfe());
        numbers.put("networkSeconds", step.networkNanos() / 1e9);
        numbers.put("otherSeconds", step.otherNanos() / 1e9);
        numbers.values().removeIf(value -> !Double.isFinite(value));
        return numbers;
    }
}
