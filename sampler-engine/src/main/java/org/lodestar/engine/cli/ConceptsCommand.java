package org.lodestar.engine.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.concept.ConceptList;
import org.lodestar.engine.evidence.ConceptCalibration;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.internal.ort.OrtModelLoader;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.record.ConceptFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "concepts", description = "Shows a concept list for the guardian policy, what it finds in a prompt, and how near meanings must come in a model.")
final class ConceptsCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "LIST.json", description = "The concept list.")
    private @Nullable Path file;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "Shows what is named in this prompt, and the prompt reworded.")
    private @Nullable String prompt;

    @Option(names = "--model", paramLabel = "DIR|starter", description = "Finds the threshold for meanings in this model from the list's examples.")
    private @Nullable String model;

    @Mixin
    private final MemoryOption memory = new MemoryOption();

    @Mixin
    private final Reporting reporting = new Reporting();

    ConceptsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (file == null) {
            throw new EngineException.InvalidInput("concepts", "a concept list", "none", "Add the name of its file");
        }
        ConceptFile list = ConceptFile.read(file);
        Map<String, Object> all = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        all.put("concepts", list.concepts().text());
        lines.add("guardian(concepts=\"" + list.concepts().text() + "\")");
        if (prompt != null) {
            tell(list.concepts(), prompt, all, lines);
        }
        if (model != null) {
            tell(calibration(list, model), all, lines);
        }
        if (reporting.json()) {
            context.terminal().json(all);
        } else {
            lines.forEach(context.terminal()::result);
        }
        return ExitCode.DONE;
    }

    private static void tell(ConceptList concepts, String prompt, Map<String, Object> all, List<String> lines) {
        List<String> named = concepts.mentions(prompt).stream().map(mention -> mention.concept().name()).distinct().toList();
        all.put("named", named);
        all.put("reworded", concepts.rewritten(prompt));
        lines.add(named.isEmpty() ? "nothing of the list is named" : "named: " + String.join(", ", named) + "; reworded: " + concepts.rewritten(prompt));
    }

    private static void tell(ConceptCalibration found, Map<String, Object> all, List<String> lines) {
        for (ConceptCalibration.Trial trial : found.trials()) {
            lines.add(String.format(Locale.ROOT, "  %6.3f  %-8s  %-20s  %s", trial.likeness(), trial.meant() ? "meant" : "harmless", trial.concept(), trial.prompt()));
        }
        all.put("alike", found.threshold());
        all.put("misjudged", found.misjudged());
        all.put("trials", found.trials().stream().map(trial -> Map.of("prompt", trial.prompt(), "meant", trial.meant(), "concept", trial.concept(), "likeness", trial.likeness())).toList());
        lines.add(String.format(Locale.ROOT, "guardian(alike=%.2f) judges %d of %d examples wrongly", found.threshold(), found.misjudged(), found.trials().size()));
    }

    private ConceptCalibration calibration(ConceptFile list, String name) {
        CancelToken cancel = new CancelToken();
        try (ModelPackage opened = new OrtModelLoader(context.installation().cache(), 0, memory.insists()).open(context.installation().model(name), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, cancel)) {
            return ConceptCalibration.of(list, text -> opened.text().encode(text, cancel));
        }
    }
}
