package org.lodestar.engine.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.record.RunRecord.PolicyEntry;
import tools.jackson.databind.JsonNode;

/// [RunRecord] as JSON, one line, as it stands in a picture under the keyword [PictureFile#KEYWORD]. The spec is an object in it, not a text in a text; numbers that do
/// not exist (NaN) are null.
public final class RecordJson {
    private static final int SCHEMA = 1;
    private static final String WHERE = "recipe";

    private RecordJson() {}

    public static String write(RunRecord record) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("schema", record.schema());
        all.put("spec", CanonicalJson.parse("spec", record.spec()));
        all.put("specHash", record.specHash());
        all.put("sample", record.sample());
        all.put("seed", record.seed());
        all.put("modelName", record.modelName());
        all.put("modelHash", record.modelHash());
        all.put("noiseHash", record.noiseHash());
        all.put("latentHash", record.latentHash());
        all.put("imageHash", record.imageHash());
        all.put(
                "policyLog",
                record.policyLog().stream()
                        .map(e -> Map.of("step", e.step(), "policy", e.policy(), "nfe", e.nfe(), "notes", e.notes()))
                        .toList());
        all.put("telemetry", record.telemetry());
        all.put("nfe", record.nfe());
        all.put("nfeFull", record.nfeFull());
        all.put("timings", record.timings());
        all.put("versions", record.versions());
        all.put("device", record.device());
        all.put("threads", record.threads());
        all.put("callLayout", record.callLayout());
        all.put("parent", record.parent());
        if (!record.readings().isEmpty()) {
            all.put("readings", record.readings());
        }
        return CanonicalJson.write(all);
    }

    /// The record in `text`.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput with everything wrong with it
    public static RunRecord read(String text) {
        Fields fields = Fields.of(WHERE, text);
        int schema = fields.whole("schema", SCHEMA, SCHEMA);
        JsonNode spec = fields.any("spec");
        RunRecord record = new RunRecord(
                schema,
                spec == null ? "" : CanonicalJson.write(spec),
                fields.text("specHash"),
                fields.whole("sample", 0, Integer.MAX_VALUE),
                fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                fields.text("modelName"),
                fields.text("modelHash"),
                fields.text("noiseHash"),
                fields.text("latentHash"),
                fields.text("imageHash"),
                policyLog(fields),
                telemetry(fields),
                fields.whole("nfe", 0, Integer.MAX_VALUE),
                fields.whole("nfeFull", 0, Integer.MAX_VALUE),
                numbers(fields.object("timings")),
                texts(fields.object("versions")),
                fields.text("device"),
                fields.whole("threads", 0, Integer.MAX_VALUE),
                fields.text("callLayout"),
                fields.text("parent"),
                fields.has("readings") ? numbers(fields.object("readings")) : Map.of());
        fields.rejectUnknown();
        fields.finish();
        return record;
    }

    private static List<PolicyEntry> policyLog(Fields fields) {
        List<PolicyEntry> log = new ArrayList<>();
        for (Fields entry : fields.objects("policyLog")) {
            log.add(new PolicyEntry(
                    entry.whole("step", 0, Integer.MAX_VALUE), entry.text("policy"), entry.whole("nfe", 0, Integer.MAX_VALUE), entry.texts("notes")));
            entry.rejectUnknown();
        }
        return log;
    }

    private static List<Map<String, Double>> telemetry(Fields fields) {
        return fields.objects("telemetry").stream().map(RecordJson::numbers).toList();
    }

    private static Map<String, Double> numbers(Fields object) {
        Map<String, Double> all = new HashMap<>();
        object.names().forEach(name -> all.put(name, object.number(name)));
        return all;
    }

    private static Map<String, String> texts(Fields object) {
        Map<String, String> all = new HashMap<>();
        object.names().forEach(name -> all.put(name, object.text(name)));
        return all;
    }
}
