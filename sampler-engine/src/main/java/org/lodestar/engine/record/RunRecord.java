package org.lodestar.engine.record;

import java.util.List;
import java.util.Map;

/// The evidence of one picture: enough to run it again and to say whether the same came out. Stored as JSON in the picture (`iTXt`, keyword `lodestar`).
///
/// @param schema       version of this layout, 1
/// @param spec         the full spec as canonical JSON text, edits included
/// @param specHash     SHA-256 of that text, hex
/// @param sample       which sample of the batch
/// @param seed         the seed of this very sample
/// @param modelName    for people
/// @param modelHash    SHA-256 of the model's files
/// @param noiseHash    SHA-256 of the initial noise (float32 little-endian)
/// @param latentHash   SHA-256 of the final latents (float32 little-endian)
/// @param imageHash    SHA-256 of the RGB bytes
/// @param policyLog    the policy in force at each step, in its text form, and what was noted
/// @param telemetry    per step, name to number
/// @param nfe          network evaluations spent on this sample
/// @param nfeFull      what plain CFG would have spent
/// @param timings      seconds by phase: "text", "denoise", "network", "decode", "total"
/// @param versions     "lodestar", "java", "onnxruntime", "os"
/// @param device       provider and label
/// @param threads      threads per network call
/// @param callLayout   how queries were grouped into network calls
/// @param parent       hash of the parent's spec where this is a branch, else ""
/// @param readings     what the model's companions say of the finished picture: [#LIKENESS], [#LABEL]; empty without companions
public record RunRecord(
        int schema,
        String spec,
        String specHash,
        int sample,
        long seed,
        String modelName,
        String modelHash,
        String noiseHash,
        String latentHash,
        String imageHash,
        List<PolicyEntry> policyLog,
        List<Map<String, Double>> telemetry,
        int nfe,
        int nfeFull,
        Map<String, Double> timings,
        Map<String, String> versions,
        String device,
        int threads,
        String callLayout,
        String parent,
        Map<String, Double> readings) {

    /// Reading: cosine of picture and prompt by the image-text scorer, -1..1.
    public static final String LIKENESS = "likeness";
    /// Reading: this, followed by the label that the classifier finds likeliest; the value is its probability.
    public static final String LABEL = "label ";

    public RunRecord {
        policyLog = List.copyOf(policyLog);
        telemetry = List.copyOf(telemetry);
        timings = Map.copyOf(timings);
        versions = Map.copyOf(versions);
        readings = Map.copyOf(readings);
    }

    /// @param step   index
    /// @param policy text form of the stack in force
    /// @param nfe    evaluations spent
    /// @param notes  decisions in words
    public record PolicyEntry(int step, String policy, int nfe, List<String> notes) {
        public PolicyEntry {
            notes = List.copyOf(notes);
        }
    }
}
