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
                    new WeightCurves());

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

    private record Answer(Experiment experiment, Finding finding) {}

    /// Runs `experiments` and writes `README.md`, plots and CSV files into `folder`, which is made if missing; files of the same names are replaced. The page grows
    /// with each experiment, so that one that is interrupted leaves the others.
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
        List<Answer> answers = new ArrayList<>();
        for (Experiment experiment : experiments) {
            Finding finding = answer(experiment, lab);
            for (Figure figure : finding.figures()) {
                AtomicFile.replace(folder.resolve(file(experiment, figure.name(), "png")), Png.encode(figure.picture(), List.of()));
            }
            for (Table table : finding.tables()) {
                AtomicFile.replace(folder.resolve(file(experiment, table.name(), "csv")), table.csv().getBytes(StandardCharsets.UTF_8));
            }
            answers.add(new Answer(experiment, finding));
            AtomicFile.replace(folder.resolve("README.md"), page(lab, answers, date).getBytes(StandardCharsets.UTF_8));
        }
        return answers.stream().map(answer -> answer.finding().verdict()).toList();
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

    private static String page(Lab lab, List<Answer> answers, LocalDate date) {
        Scope scope = lab.scope();
        StringBuilder out = new StringBuilder();
        out.append("# What the guidance policies do, measured\n\n");
        out.append("Model: ").append(lab.model().name()).append(", content hash `").append(lab.model().contentHash()).append("`. Device: ").append(lab.model().device().label())
                .append(". Date: ").append(date).append(". Catalogue: ").append(Catalog.policies().size()).append(" policies.\n\n");
        out.append("Every number is over ").append(scope.pictures()).append(" pictures: ").append(scope.prompts().size()).append(" prompts (")
                .append(scope.prompts().stream().map(p -> "\"" + p + "\"").collect(Collectors.joining(", "))).append("), seeds ").append(scope.seed()).append(" to ")
                .append(scope.seed() + scope.seeds() - 1).append("; ").append(scope.size()).append(" pixels, ").append(scope.steps()).append(" steps, sampler `").append(scope.sampler())
                .append("`, spacing `").append(scope.spacing()).append("`, CFG weight ").append(Numbers.plain(scope.w()))
                .append(" unless said otherwise. What is compared starts from the same noise and is computed in the same batches. Spread is given as median and middle half.\n\n");
        out.append("One model and few pictures: this shows directions, not the figures of the papers, which need tens of thousands of pictures. Made again with `./lodestar evidence`.\n\n");
        out.append("| # | experiment | expected direction |\n|---|---|---|\n");
        for (Answer answer : answers) {
            out.append("| ").append(answer.experiment().number()).append(" | [").append(answer.experiment().title()).append("](#").append(anchor(answer.experiment())).append(") | ")
                    .append(answer.finding().verdict()).append(" |\n");
        }
        answers.forEach(answer -> section(out, answer));
        return out.toString();
    }

    private static String heading(Experiment experiment) {
        return experiment.number() + " " + experiment.title();
    }

    private static String anchor(Experiment experiment) {
        return heading(experiment).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    private static void section(StringBuilder out, Answer answer) {
        Experiment experiment = answer.experiment();
        Finding finding = answer.finding();
        out.append("\n## ").append(heading(experiment)).append("\n\n");
        out.append("**Question.** ").append(experiment.question()).append("\n\n**Expected.** ").append(experiment.expected()).append("\n\n");
        out.append("**Found: ").append(finding.verdict()).append(".** ").append(finding.words()).append("\n");
        for (Figure figure : finding.figures()) {
            out.append("\n![").append(figure.caption()).append("](").append(file(experiment, figure.name(), "png")).append(")\n");
        }
        for (Table table : finding.tables()) {
            if (table.onPage()) {
                out.append('\n').append(table.markdown());
            }
        }
        if (!finding.tables().isEmpty()) {
            out.append("\nNumbers: ")
                    .append(finding.tables().stream().map(table -> file(experiment, table.name(), "csv")).map(name -> "[" + name + "](" + name + ")").collect(Collectors.joining(", ")))
                    .append("\n");
        }
    }
}
