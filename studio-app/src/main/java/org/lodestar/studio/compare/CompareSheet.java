package org.lodestar.studio.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.PngText;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.image.Sheet;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.AtomicFile;
import org.lodestar.engine.record.OutputNames;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.text.Words;

/// A finished comparison as one labelled picture.
///
/// @param entries one per lane, in order
record CompareSheet(List<Entry> entries) {
    private static final String SUFFIX = "-compare";
    private static final int MOST_COLUMNS = 4;

    CompareSheet {
        entries = List.copyOf(entries);
    }

    /// @param title   the lane's policy in short
    /// @param spec    what it ran
    /// @param picture what came of it
    /// @param metrics its numbers
    record Entry(String title, RunSpec spec, Rgb picture, LaneMetrics metrics) {}

    /// The picture: prompt on top, every lane with its policy spelled out and its numbers.
    Sheet sheet() {
        RunSpec shared = entries.getFirst().spec();
        List<Sheet.Cell> cells = new ArrayList<>();
        for (int lane = 0; lane < entries.size(); lane++) {
            Entry entry = entries.get(lane);
            cells.add(new Sheet.Cell(
                    entry.picture(),
                    LaneViewModel.name(lane) + "  " + entry.title(),
                    Term.text(entry.spec().policy()),
                    Arrays.stream(Metric.values()).map(metric -> new Sheet.Fact(metric.label(), metric.text(entry.metrics()))).toList()));
        }
        String title = shared.prompt().isBlank() ? Words.of("compare.sheet.noPrompt") : shared.prompt();
        return new Sheet(title, subtitle(shared), MOST_COLUMNS, cells, Words.of("compare.sheet.footer"));
    }

    /// Writes the picture as a new file into today's folder under `folder`.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.OutputFailure if it cannot be written
    Path write(Path folder, LocalDate today) {
        Path dayFolder = OutputNames.dayFolder(folder, today);
        int number = OutputNames.nextNumber(dayFolder);
        Path file = name(dayFolder, number);
        while (Files.exists(file)) {
            file = name(dayFolder, ++number);
        }
        String recipes = String.join("\n", entries.stream().map(entry -> Term.text(entry.spec().policy())).toList());
        AtomicFile.write(file, Png.encode(sheet().draw(), List.of(new PngText("Description", recipes))));
        return file;
    }

    private Path name(Path dayFolder, int number) {
        return OutputNames.withSuffix(dayFolder.resolve(OutputNames.numbered(number, entries.getFirst().spec().seed())), SUFFIX);
    }

    private static String subtitle(RunSpec spec) {
        String common = Words.of(
                "compare.sheet.shared", String.valueOf(spec.seed()), spec.steps(), spec.sampler().text(), spec.spacing().text(), spec.width(), spec.height());
        return spec.negative().isBlank() ? common : Words.of("compare.sheet.negative", spec.negative()) + " · " + common;
    }
}
