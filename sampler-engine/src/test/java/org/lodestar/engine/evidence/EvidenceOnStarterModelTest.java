package org.lodestar.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.Engine;
import org.lodestar.engine.EngineOptions;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.image.PngReader;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;

class EvidenceOnStarterModelTest {

    @Test
    void aReportNamesItsModelAndItsScopeAndPicturesAreMadeOnce(@TempDir Path cache, @TempDir Path folder) throws InterruptedException, ExecutionException, IOException {
        Path starter = Path.of(System.getProperty("lodestar.root"), "models", "starter");
        try (Engine engine = Engine.open(new EngineOptions(starter, cache, 0))) {
            ModelInfo model = engine.preload("starter", DeviceWish.CPU).get();
            Scope scope = new Scope("starter", DeviceWish.CPU, List.of("a red apple", "a rocket"), 5, 2, 6, 3, model.defaults().size(), Term.of("ddim"), Term.of("trailing"));
            List<String> said = new ArrayList<>();
            Lab lab = new Lab(engine, scope, model, said::add);

            List<Verdict> verdicts = Evidence.write(lab, Evidence.experiments(List.of(2, 6)), folder, LocalDate.of(2026, 11, 23));

            assertThat(verdicts.get(1)).as("CFG++ equals CFG with its effective weight").isEqualTo(Verdict.SHOWN);
            assertThat(Files.readString(folder.resolve("README.md")))
                    .contains(model.contentHash(), "2026-11-23", "over 4 pictures", "seeds 5 to 6", "\"a rocket\"", "## 2 ", "## 6 ");
            assertThat(PngReader.read("plot", Files.readAllBytes(folder.resolve("02-cosines.png"))).image().width()).isGreaterThan(1000);
            assertThat(Files.readAllLines(folder.resolve("02-steps.csv"))).hasSize(1 + 4 * 6);

            List<Picture> again = lab.pictures(scope.cfg());
            assertThat(said).as("each way of guiding is run once").containsOnlyOnce("cfg(w=3), 6 steps");
            assertThat(again).extracting(Picture::seed).containsExactly(5L, 6L, 5L, 6L);
            assertThat(again).allSatisfy(picture -> assertThat(picture.nfe()).isEqualTo(12));
        }
    }
}
