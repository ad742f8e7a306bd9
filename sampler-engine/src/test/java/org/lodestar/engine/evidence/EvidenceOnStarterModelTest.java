package org.lodestar.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.image.PngReader;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;

class EvidenceOnStarterModelTest {

    @Test
    void aReportNamesItsModelAndItsScopeAndPicturesAreMadeOnce(@TempDir Path cache, @TempDir Path folder) throws InterruptedException, ExecutionException, IOException {
        Path starter = Path.of(System.getProperty("lodestar.root"), "models", "starter");
        try (Engine engine = Engine.open(new EngineOptions(starter, cache, 0))) {
            ModelInfo model = engine.preload("starter", DeviceWish.CPU).get();
            Scope scope = new Scope(ModelChoice.of("starter"), DeviceWish.CPU, List.of("a red apple", "a rocket"), 5, 2, 6, 3, model.defaults().size(), Term.of("ddim"), Term.of("trailing"));
            List<String> said = new ArrayList<>();
            Lab lab = new Lab(engine, scope, model, said::add);

            List<Experiment> experiments = new ArrayList<>(Evidence.experiments(List.of(2, 6, 14)));
            experiments.add(new Unsupported());
            List<Verdict> verdicts = Evidence.write(lab, experiments, folder, LocalDate.of(2026, 11, 23));

            assertThat(verdicts.get(1)).as("CFG++ equals CFG with its effective weight").isEqualTo(Verdict.SHOWN);
            assertThat(verdicts.get(2)).as("mixed weights lead from the main net to the second").isEqualTo(Verdict.SHOWN);
            assertThat(verdicts.get(3)).as("what the model has no net for").isEqualTo(Verdict.IMPOSSIBLE);
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

    @Test
    void experimentsThatNeedMoreThanRunsWorkOnTheModelItself(@TempDir Path cache, @TempDir Path folder) throws InterruptedException, ExecutionException, IOException {
        Path starter = Path.of(System.getProperty("lodestar.root"), "models", "starter");
        try (Engine engine = Engine.open(new EngineOptions(starter, cache, 0))) {
            ModelInfo model = engine.preload("starter", DeviceWish.CPU).get();
            Scope scope = new Scope(ModelChoice.of("starter"), DeviceWish.CPU, List.of("a red apple", "a rocket"), 5, 1, 4, 3, model.defaults().size(), Term.of("ddim"), Term.of("trailing"));
            Lab lab = new Lab(engine, scope, model, _ -> {});

            List<Verdict> verdicts = Evidence.write(lab, Evidence.experiments(List.of(3, 10, 12, 13)), folder, LocalDate.of(2026, 11, 23));

            assertThat(verdicts).doesNotContain(Verdict.IMPOSSIBLE);
            String page = Files.readString(folder.resolve("README.md"));
            assertThat(page).contains("## 3 ", "## 10 ", "## 12 ", "## 13 ");
            assertThat(Files.readAllLines(folder.resolve("03-errors.csv"))).as("a header, step 2, and the second half").hasSize(1 + 3);
            assertThat(Files.readAllLines(folder.resolve("10-summary.csv")).get(1)).startsWith("CFG,4,8,");
            assertThat(Files.readAllLines(folder.resolve("10-summary.csv")).get(2)).as("no dearer than CFG").startsWith("Z-Sampling,2,7,");
            assertThat(Files.readAllLines(folder.resolve("12-summary.csv"))).hasSize(1 + 2 * 5);
            assertThat(Files.readAllLines(folder.resolve("13-summary.csv"))).hasSize(1 + 2 * 2);

            TableCalibration table = TableCalibration.of(lab, 6, new TableCalibration.Effort(List.of(), 0, 1), null);
            assertThat(table.found().nfe()).isLessThanOrEqualTo(6);
            assertThat(table.found().loss()).isLessThanOrEqualTo(table.guided().loss());
            List<Picture> full = lab.pictures(scope.cfg());
            double loss = lab.pictures(table.policy()).stream()
                    .mapToDouble(picture -> distance(picture, full.stream().filter(p -> p.prompt().equals(picture.prompt())).findFirst().orElseThrow()))
                    .average()
                    .orElseThrow();
            assertThat(loss).as("a run under the found policy is what the search saw").isCloseTo(table.found().loss(), within(1e-4));

            TableCalibration linear = TableCalibration.of(lab, 6, new TableCalibration.Effort(List.of(), 0, 1), LinearCalibration.fit(lab));
            assertThat(linear.found().loss()).as("with estimates among the choices").isLessThanOrEqualTo(table.found().loss());
            assertThat(lab.pictures(linear.policy())).allSatisfy(picture -> assertThat(picture.nfe()).isEqualTo(linear.found().nfe()));
        }
    }

    @Test
    void whetherTheFirstStepsTellIsAskedOfEverySeedAndNotWithoutAScorerOrTooFewSeeds(@TempDir Path cache, @TempDir Path folder) throws InterruptedException, ExecutionException, IOException {
        Path starter = Path.of(System.getProperty("lodestar.root"), "models", "starter");
        try (Engine engine = Engine.open(new EngineOptions(starter, cache, 0))) {
            ModelInfo model = engine.preload("starter", DeviceWish.CPU).get();
            Scope scope = new Scope(ModelChoice.of("starter"), DeviceWish.CPU, List.of("a red apple", "a rocket"), 5, 4, 4, 3, model.defaults().size(), Term.of("ddim"), Term.of("trailing"));
            List<Experiment> promising = Evidence.experiments(List.of(17));

            assertThat(Evidence.write(new Lab(engine, scope, model, _ -> {}), promising, folder, LocalDate.of(2026, 11, 29))).doesNotContain(Verdict.IMPOSSIBLE);

            List<String> rows = Files.readAllLines(folder.resolve("17-seeds.csv"));
            assertThat(rows.getFirst()).isEqualTo("prompt,seed,steps,sum,fit");
            assertThat(rows).hasSize(1 + 2 * 4 * 4);
            for (int i = 2; i < rows.size(); i++) {
                if ((i - 1) % 4 != 0) {
                    assertThat(sum(rows.get(i))).as("sums grow step by step").isGreaterThan(sum(rows.get(i - 1)));
                }
            }
            assertThat(Files.readAllLines(folder.resolve("17-summary.csv"))).hasSize(1 + 2);
            assertThat(folder.resolve("17-correlation.png")).isNotEmptyFile();

            assertThat(Evidence.write(new Lab(engine, scope.withSeeds(5, 3), model, _ -> {}), promising, folder, LocalDate.of(2026, 11, 29))).containsExactly(Verdict.IMPOSSIBLE);
            ModelInfo unscored = new ModelInfo(
                    model.name(), model.folder(), model.family(), model.contentHash(), model.device(), model.callLayout(), model.sizes(), model.defaults(), ModelInfo.Abilities.PLAIN, List.of(), List.of(), List.of());
            assertThat(Evidence.write(new Lab(engine, scope, unscored, _ -> {}), promising, folder, LocalDate.of(2026, 11, 29))).containsExactly(Verdict.IMPOSSIBLE);
            assertThat(Files.readString(folder.resolve("README.md"))).contains("not possible with this model", "a model with an image-text scorer");
        }
    }

    private static double sum(String row) {
        return Double.parseDouble(row.split(",", -1)[3]);
    }

    /// An experiment that the model cannot run.
    private static final class Unsupported implements Experiment {
        @Override
        public int number() {
            return 99;
        }

        @Override
        public String title() {
            return "Unsupported";
        }

        @Override
        public String question() {
            return "What does a report say about an experiment that the model cannot run?";
        }

        @Override
        public String expected() {
            return "That it is impossible, and why.";
        }

        @Override
        public Finding run(Lab lab) {
            throw new EngineException.InvalidInput(List.of(new Problem("model", "a net that no model has", "none", "Choose another experiment")));
        }
    }

    private static double distance(Picture found, Picture full) {
        return LatentOps.squaredNorm(LatentOps.subtract(found.latents(), full.latents())) / LatentOps.squaredNorm(full.latents());
    }
}
