package org.lodestar.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.image.Pictures;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.record.RunRecord;

class FileSinkTest {
    private static final Rgb IMAGE = Pictures.gradient(16, 8);
    private static final RunSpec SPEC = new RunSpec(
            "starter", "a fox", "", 16, 8, 5, 1, 4, Term.of("ddim"), Term.of("trailing"), Term.parseStack("cfg(w=3)"), "torch", List.of());
    private static final RunRecord RECORD = new RunRecord(
            1, SpecJson.text(SPEC), SpecJson.hash(SPEC), 0, 5, "Starter", "m", "n", "l", "i", List.of(), List.of(), 8, 8, Map.of(), Map.of(), "CPU", 2, "each", "", Map.of());

    private final FileSink saved = new FileSink(Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC));

    @TempDir
    Path folder;

    @Test
    void aFolderGetsAFolderPerDay() {
        Path file = saved.save(OutputPlan.folder(folder), SPEC, 0, 0, IMAGE, RECORD);
        assertThat(file).isEqualTo(folder.resolve("2026-11-23/0001-5.png"));
        assertThat(SpecJson.read(PictureFile.read(folder.resolve("2026-11-23/0001-5.png")).record().orElseThrow().spec())).isEqualTo(SPEC);
    }

    @Test
    void anExactFileIsUsedAndLanesAndSamplesGetTheirOwn() {
        Path fox = folder.resolve("fox.png");
        assertThat(saved.save(OutputPlan.file(fox), SPEC, 0, 0, IMAGE, RECORD)).isEqualTo(fox);
        assertThat(saved.save(OutputPlan.file(fox), SPEC, 0, 1, IMAGE, RECORD)).isEqualTo(folder.resolve("fox-2.png"));
        assertThat(saved.save(OutputPlan.file(fox), SPEC, 1, 0, IMAGE, RECORD)).isEqualTo(folder.resolve("fox-b.png"));
        assertThat(saved.save(OutputPlan.file(fox), SPEC, 2, 2, IMAGE, RECORD)).isEqualTo(folder.resolve("fox-c-3.png"));
    }

    @Test
    void aFileNamedOutrightIsReplaced() throws IOException {
        Path fox = Files.writeString(folder.resolve("fox.png"), "old");
        saved.save(OutputPlan.file(fox), SPEC, 0, 0, IMAGE, RECORD);
        assertThat(PictureFile.read(fox).image()).isEqualTo(IMAGE);
    }

    @Test
    void nothingIsWrittenWhereNothingIsWanted() {
        assertThat(saved.save(OutputPlan.NONE, SPEC, 0, 0, IMAGE, RECORD)).isNull();
    }
}
