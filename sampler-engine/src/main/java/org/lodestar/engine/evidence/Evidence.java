package org.lodestar.engine.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.evidence.Finding.Figure;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.record.AtomicFile;

/// The report: runs experiments and writes a Markdown page with tables and plots, and the numbers behind them as CSV.
public final class Evidence {
    private static final List<Experiment> ALL =
            List.of(
                    new AdaptiveSavings(),
                    new CosineCurves(),
                    new LinearErrors(),
                    new SearchedPolicy(),
                    new Overcooking(),
                    new CfgPlusPlusClaims(),
                    new WatchedClass(),
                    new WeakGuide(),
                    new ParticleAccuracy(),
                    new ZigzagAgreement(),
                    new IntervalVariety(),
                    new GuardedConcept(),
                    new SwappedTerm(),
                    new BetweenTwoModels(),
                    new EffectiveWeights(),
                    new WeightCurves(),
                    new PromisingSeeds());

    private Evidence() {}

    /// All experiments, by ascending number.
    public static List<Experiment> experiments() {
        return ALL;
    }

    /// The experiments of those numbers.
    ///
    /// @throws EngineException.InvalidInput for a number that no experiment has, naming those there are
    public static List<Experiment> experiments(Collection<Integer> numbers) {
        for (int number : numbers) {
            if (ALL.stream().noneMatch(experiment -> experiment.number() == number)) {
                String known = ALL.stream().map(experiment -> String.valueOf(experiment.number())).collect(Collectors.joining(", "));
                throw new EngineException.InvalidInput("experiments", "some of " + known, String.valueOf(number), "Leave it out");
            }
        }
        return ALL.stream().filter(experiment -> numbers.contains(experiment.number())).toList();
    }

    /// Runs `experiments` and writes `README.md`, plots and CSV files into `folder`, which is made if missing; files of the same names are replaced. The page grows
    /// with each experiment, so that one that is interrupted leaves the others; what an earlier run found on the same model and in the same way stays on it.
    ///
    /// @param date for the report
    /// @return how each came out, in their order
    /// @throws EngineException if a run fails for another reason than that the model cannot do it, or if files cannot be written
    public static List<Verdict> write(Lab lab, List<Experiment> experiments, Path folder, LocalDate date) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new EngineException.OutputFailure("The folder " + folder + " cannot be made (" + e.getMessage() + "). Choose another one.", e);
        }
        Path file = folder.resolve("README.md");
        EvidencePage page = EvidencePage.at(file, head(lab));
        List<Verdict> verdicts = new ArrayList<>();
        for (Experiment experiment : experiments) {
            Finding finding = answer(experiment, lab);
            for (Figure figure : finding.figures()) {
                AtomicFile.replace(folder.resolve(file(experiment, figure.name(), "png")), Png.encode(figure.picture(), List.of()));
            }
            for (Table table : finding.tables()) {
                AtomicFile.replace(folder.resolve(file(experiment, table.name(), "csv")), table.csv().getBytes(StandardCharsets.UTF_8));
            }
            page = page.with(new EvidencePage.Section(experiment.number(), experiment.title(), body(experiment, finding, lab.scope(), date)));
            AtomicFile.replace(file, page.markdown().getBytes(StandardCharsets.UTF_8));
            verdicts.add(finding.verdict());
        }
        return List.copyOf(verdicts);
    }

    private static Finding answer(Experiment experiment, Lab lab) {
        try {
            return experiment.run(lab);
        } catch (EngineException.InvalidInput | EngineException.ModelProblem e) {
            return new Finding(Verdict.IMPOSSIBLE, String.valueOf(e.getMessage()), List.of(), List.of());
        }
    }

    private static String file(Experiment experiment, String name, String extension) {
        return String.format(Locale.ROOT, "%02d-%s.%s", experiment.number(), name.replace(' ', '-'), extension);
    }

    private static String head(Lab lab) {
        Scope scope = lab.scope();
        String prompts = scope.prompts().stream().map(prompt -> "\"" + prompt + "\"").collect(Collectors.joining(", "));
        return """
                Model: %s, content hash `%s`. Device: %s.

                Every number is over %d prompts (%s) with the seeds that stand below each experiment; %s pixels, %d steps, sampler `%s`, spacing `%s`, CFG weight %s unless \
                said otherwise. What is compared starts from the same noise and is computed in the same batches. Spread is given as median and middle half.

                One model and few pictures: this shows directions, not the figures of the papers, which need tens of thousands of pictures. Made again with \
                `./lodestar evidence`; `--experiments 5` renews one.

                """
                .formatted(
                        lab.model().name(),
                        lab.model().contentHash(),
                        lab.model().device().label(),
                        scope.prompts().size(),
                        prompts,
                        scope.size(),
                        scope.steps(),
                        scope.sampler(),
                        scope.spacing(),
                        Numbers.plain(scope.w()));
    }

    private static String body(Experiment experiment, Finding finding, Scope scope, LocalDate date) {
        StringBuilder out = new StringBuilder();
        out.append("**Question.** ").append(experiment.question()).append("\n\n**Expected.** ").append(experiment.expected()).append("\n\n");
        out.append("**Found: ").append(finding.verdict()).append(".** ").append(finding.words()).append("\n");
        for (Figure figure : finding.figures()) {
            out.append("\n![").append(figure.caption()).append("](").append(file(experiment, figure.name(), "png")).append(")\n");
        }
        finding.tables().stream().filter(Table::onPage).forEach(table -> out.append('\n').append(table.markdown()));
        out.append("\nMeasured ").append(date).append(" over ").append(scope.pictures()).append(" pictures, seeds ").append(scope.seed()).append(" to ")
                .append(scope.seed() + scope.seeds() - 1).append(", with ").append(Catalog.policies().size()).append(" policies in the catalogue.\n");
        if (!finding.tables().isEmpty()) {
            String files = finding.tables().stream()
                    .map(table -> file(experiment, table.name(), "csv"))
                    .map(name -> "[" + name + "](" + name + ")")
                    .collect(Collectors.joining(", "));
            out.append("Numbers: ").append(files).append("\n");
        }
        return out.toString();
    }
}
