package org.lodestar.engine.run;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.guidance.FitKey;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.Slot;
import org.lodestar.engine.guidance.Wording;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PictureInput;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Composition;
import org.lodestar.engine.prompt.Schedule;

/// Checks a request as a whole and reports everything that is wrong with it together: first what shows without the model, then what only the loaded model can tell.
public final class RunCheck {
    /// Greatest number of steps.
    public static final int MAX_STEPS = 1000;
    /// Greatest number of pictures in one run.
    public static final int MAX_BATCH = 64;
    /// Greatest number of linked lanes.
    public static final int MAX_LANES = 4;

    private RunCheck() {}

    /// @throws EngineException.InvalidInput with every problem, if there is one
    public static void require(RunRequest request) {
        throwIfAny(problems(request));
    }

    /// @throws EngineException.InvalidInput with every problem, if there is one
    public static void require(RunRequest request, ModelPackage model) {
        List<Problem> problems = new ArrayList<>();
        for (RunSpec lane : request.lanes()) {
            problems.addAll(problems(lane, model.info(), model.text()));
            problems.addAll(missingCompanions(lane, model));
            problems.addAll(wordProblems(lane, model));
            problems.addAll(strangeFits(lane, model.info()));
            tooSmallForParts(lane, model.info().sizes(), problems);
            pictureProblems(lane, model, problems);
            problems.addAll(strangeLenders(lane, model.info()));
        }
        throwIfAny(problems.stream().distinct().toList());
    }

    /// @throws EngineException.InvalidInput with every problem of a change, if there is one
    public static void require(Change change) {
        throwIfAny(problems("the change", change));
    }

    /// Whether policies and prompts of `now`, which has no edits, go together.
    ///
    /// @throws EngineException.InvalidInput if a policy wants one prompt and several are joined
    static void requireComposable(RunSpec now) {
        List<Problem> problems = new ArrayList<>();
        compositionProblems(now, problems);
        throwIfAny(problems);
    }

    /// What is wrong with `request` without knowing the model.
    public static List<Problem> problems(RunRequest request) {
        List<Problem> problems = new ArrayList<>();
        int lanes = request.lanes().size();
        if (lanes < 1 || lanes > MAX_LANES) {
            problems.add(new Problem("lanes", "1 to " + MAX_LANES + " policies side by side", String.valueOf(lanes), "Leave some out"));
        }
        request.lanes().forEach(lane -> problems.addAll(problems(lane)));
        if (lanes > 1) {
            RunSpec first = request.lanes().getFirst();
            for (RunSpec lane : request.lanes()) {
                if (!lane.choice().equals(first.choice())
                        || lane.width() != first.width()
                        || lane.height() != first.height()
                        || lane.seed() != first.seed()
                        || lane.batch() != first.batch()
                        || lane.steps() != first.steps()
                        || !lane.source().equals(first.source())) {
                    problems.add(new Problem(
                            "lanes", "the same model, size, seed, batch, steps and source picture in every lane", "a lane that differs", "Change only prompts, sampler, spacing or policy between lanes"));
                    break;
                }
            }
        }
        outputProblem(request.output(), problems);
        return problems.stream().distinct().toList();
    }

    /// What is wrong with `spec` without knowing the model.
    public static List<Problem> problems(RunSpec spec) {
        List<Problem> problems = new ArrayList<>();
        range("steps", spec.steps(), 1, MAX_STEPS, "20 is a good start", problems);
        range("batch", spec.batch(), 1, MAX_BATCH, "1 makes one picture", problems);
        range("width", spec.width(), 8, 8192, "Choose a size the model lists", problems);
        range("height", spec.height(), 8, 8192, "Choose a size the model lists", problems);
        collect(problems, () -> Catalog.sampler(spec.sampler()));
        collect(problems, () -> Catalog.spacing(spec.spacing()));
        collect(problems, () -> Catalog.policy(spec.policy()));
        collect(problems, () -> Catalog.noise(spec.noise()));
        if (problems.isEmpty()) {
            particleProblems(spec, problems);
            compositionProblems(spec.withEdits(List.of()), problems);
        }
        spec.source().ifPresent(source -> sourceProblems(source, problems));
        int toRun = problems.isEmpty() ? spec.stepsToRun() : spec.steps();
        spec.source().filter(source -> problems.isEmpty() && toRun < 1).ifPresent(source -> problems.add(new Problem(
                "strength",
                "enough strength for one of " + spec.steps() + " steps",
                String.valueOf(source.strength()),
                "Use more steps, or a strength of at least " + Math.ceil(100.0 / spec.steps()) / 100)));
        int last = 0;
        for (Edit edit : spec.edits()) {
            String where = "edit at step " + edit.step();
            if (edit.step() < last || edit.step() >= Math.max(1, toRun)) {
                problems.add(new Problem(where, "steps from 0 to " + (Math.max(1, toRun) - 1) + " in ascending order", String.valueOf(edit.step()), "Sort the edits and drop those past the end"));
            }
            last = Math.max(last, edit.step());
            problems.addAll(problems(where, edit.change()));
        }
        if (problems.isEmpty()) {
            spec.edits().forEach(edit -> compositionProblems(spec.writtenAt(edit.step()), problems));
        }
        return problems.stream().distinct().toList();
    }

    private static void sourceProblems(Source source, List<Problem> problems) {
        if (!(source.strength() >= 0 && source.strength() <= 1)) {
            problems.add(new Problem("strength", "a number from 0 to 1", String.valueOf(source.strength()), "0.6 changes a good deal and keeps the composition"));
        }
        Stream.of(Optional.of(source.picture()), source.mask())
                .flatMap(Optional::stream)
                .filter(file -> !isFile(file.path()))
                .forEach(file -> problems.add(new Problem("source picture", "a picture file", file.path() + ", where there is no file", "Check the path")));
    }

    private static boolean isFile(String path) {
        try {
            return Files.isRegularFile(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static void particleProblems(RunSpec spec, List<Problem> problems) {
        if (Catalog.policy(spec.policy()).particles().isEmpty()) {
            return;
        }
        String where = Term.text(spec.policy());
        if (spec.batch() < 2) {
            problems.add(new Problem(where, "at least 2 pictures at once to choose among", String.valueOf(spec.batch()), "Set the batch to 4"));
        }
        if (!Catalog.samplerType(spec.sampler().id()).stochastic()) {
            problems.add(new Problem(
                    where, "a sampler that adds noise, so that copies can part again", spec.sampler().text(), "Choose euler_a"));
        }
    }

    private static void compositionProblems(RunSpec spec, List<Problem> problems) {
        if (Catalog.policy(spec.policy()).fills(Slot.CONDITION) && !Composition.parse(spec.prompt(), spec.syntax()).isPlain()) {
            problems.add(new Problem(
                    Term.text(spec.policy()), "one prompt, since a part of it " + Slot.CONDITION.role(), "several joined by AND", "Write one prompt, or choose another policy"));
        }
    }

    private static List<Problem> problems(String where, Change change) {
        List<Problem> problems = new ArrayList<>();
        change.policy().ifPresent(policy -> {
            if (policy.isEmpty()) {
                problems.add(new Problem(where, "a policy", "none", "Write for example cfg(w=7.5)"));
            } else {
                collect(problems, () -> Catalog.policy(policy));
            }
        });
        return problems;
    }

    private static List<Problem> problems(RunSpec spec, ModelInfo model, TextEncoder text) {
        List<Problem> problems = new ArrayList<>();
        ModelInfo.Sizes sizes = model.sizes();
        side("width", spec.width(), sizes, sizes.fixedWidth(), problems);
        side("height", spec.height(), sizes, sizes.fixedHeight(), problems);
        prompt("prompt", spec.prompt(), spec, text, problems);
        prompt("negative prompt", spec.negative(), spec, text, problems);
        for (Edit edit : spec.edits()) {
            RunSpec then = spec.writtenAt(edit.step());
            if (edit.change().prompt().isPresent() || edit.change().syntax().isPresent()) {
                prompt("prompt at step " + edit.step(), then.prompt(), then, text, problems);
            }
            if (edit.change().negative().isPresent() || edit.change().syntax().isPresent()) {
                prompt("negative prompt at step " + edit.step(), then.negative(), then, text, problems);
            }
        }
        return problems;
    }

    /// What the policies of a stack need and a model with `abilities` lacks.
    public static List<Problem> missing(List<Term> policy, ModelInfo.Abilities abilities) {
        return policy.stream().flatMap(part -> {
            PolicyStack alone = Catalog.policy(List.of(part));
            Stream<String> nets = alone.nets().stream()
                    .filter(net -> !abilities.nets().contains(net))
                    .map(Branch.Net::title);
            Stream<String> advisers = alone.consultations().stream()
                    .filter(kind -> !abilities.consultations().contains(kind))
                    .map(Consultation.Kind::title);
            Stream<String> parts = Stream.of("denoiser that takes pictures of any size and is shown none").filter(_ -> alone.asksParts() && !abilities.parts());
            return Stream.of(nets, advisers, parts)
                    .flatMap(each -> each)
                    .map(missing -> new Problem(part.id(), "a model with a " + missing, "a model without one", "Choose another policy or another model"));
        }).toList();
    }

    private static void pictureProblems(RunSpec spec, ModelPackage model, List<Problem> problems) {
        if (spec.source().isPresent() && !model.codec().canEncode()) {
            problems.add(new Problem("source picture", "a model with a vae_encoder, to start from a picture", "a model without one", "Use a model that has one, or no source picture"));
        }
        if (spec.source().isEmpty() && model.pictureInput() != PictureInput.NONE) {
            String kind = model.pictureInput() == PictureInput.EDIT ? "edits a picture by words" : "repaints a part of a picture";
            problems.add(new Problem("source picture", "a picture, since this model " + kind, "none", "Give one with --image, or use a text-to-image model"));
        }
        if (spec.source().isPresent() && model.pictureInput() == PictureInput.EDIT && spec.source().get().mask().isPresent()) {
            problems.add(new Problem("mask", "none with a model that edits pictures by words", "one", "Leave it out"));
        }
    }

    /// Lenders whose files are not those that a recipe was made with.
    private static List<Problem> strangeLenders(RunSpec spec, ModelInfo model) {
        return spec.lent().stream()
                .filter(net -> !net.hash().isEmpty())
                .flatMap(net -> model.lent().stream()
                        .filter(found -> found.role() == net.role() && !found.hash().equals(net.hash()))
                        .map(found -> new Problem(
                                net.role().title(),
                                "the model that the recipe was made with (" + net.hash().substring(0, 10) + ")",
                                net.model() + " with other files (" + found.hash().substring(0, 10) + ")",
                                "Put the original back, or choose the model anew with --" + Lent.id(net.role()) + " or on the Models screen")))
                .toList();
    }

    private static List<Problem> missingCompanions(RunSpec spec, ModelPackage model) {
        ModelInfo.Abilities abilities = new ModelInfo.Abilities(model.denoiser().nets(), model.adviser().kinds(), model.adviser().labels(), model.info().abilities().parts());
        return policies(spec).flatMap(policy -> missing(policy, abilities).stream()).toList();
    }

    /// A picture of one unit has no parts that the networks take.
    private static void tooSmallForParts(RunSpec spec, ModelInfo.Sizes sizes, List<Problem> problems) {
        int least = 2 * sizes.multipleOf();
        if (spec.width() < least && spec.height() < least) {
            policies(spec).flatMap(List::stream).filter(part -> Catalog.policy(List.of(part)).asksParts()).forEach(part -> problems.add(new Problem(
                    part.id(), "a picture of at least " + least + " pixels along a side, to be seen in parts", spec.width() + "x" + spec.height(), "Choose a larger size or another policy")));
        }
    }

    /// What the words that the run starts with keep its policy from doing. Edits are left out: those made while the run went on were taken as they came.
    private static List<Problem> wordProblems(RunSpec spec, ModelPackage model) {
        PolicyStack stack = Catalog.policy(spec.policy());
        RunSpec first = spec.at(0);
        Wording wording = new Wording(first.prompt(), first.negative(), model.adviser().labels());
        List<Problem> problems = new ArrayList<>(stack.problems(wording));
        String policy = String.join(" + ", spec.policy().stream().map(Term::id).toList());
        stack.prompts(wording).forEach(text -> prompt("the text \"" + text + "\" for " + policy, text, spec, model.text(), problems));
        return problems;
    }

    /// Numbers that were measured on something else than this run.
    private static List<Problem> strangeFits(RunSpec spec, ModelInfo model) {
        boolean fitted = policies(spec).anyMatch(policy -> !Catalog.policy(policy).fittedFor().isEmpty());
        if (fitted && !spec.negative().isBlank()) {
            return List.of(new Problem(
                    "negative prompt", "none, since the policy's numbers were fitted without one", "\"" + spec.negative() + "\"", "Leave it out, or choose another policy"));
        }
        return policies(spec)
                .flatMap(policy -> Catalog.policy(policy).fittedFor().stream()
                        .filter(key -> !key.equals(key(spec, policy, model)))
                        .map(key -> new Problem(
                                policy.getFirst().id() + " and what it is joined with",
                                "numbers that were fitted for this run (" + key(spec, policy, model) + ")",
                                "numbers that were fitted for " + key,
                                "Fit them again for this run, or change the run to what they were fitted for")))
                .toList();
    }

    /// What numbers that are measured on `spec` under `policy` hold for: the model, with those nets of other models that the policy asks. The weight is that of the policy that sets the strength, NaN where it has none of its own.
    public static FitKey key(RunSpec spec, List<Term> policy, ModelInfo model) {
        RunSpec resolved = resolve(spec.withPolicy(policy));
        double w = resolved.policy().stream()
                .filter(term -> Catalog.policyType(term.id()).slots().contains(Slot.STRENGTH) && term.parameters().containsKey("w"))
                .mapToDouble(term -> Catalog.policyType(term.id()).descriptor().check(term.parameters()).number("w"))
                .findFirst()
                .orElse(Double.NaN);
        return new FitKey(
                model.contentHash(), lenders(resolved.policy(), model), resolved.sampler().text(), resolved.spacing().text(), resolved.steps(), w, resolved.width(), resolved.height());
    }

    /// The content hashes of the models whose nets a stack asks, by role.
    private static Map<Branch.Net, String> lenders(List<Term> policy, ModelInfo model) {
        Set<Branch.Net> asked = Catalog.policy(policy).nets();
        return model.lent().stream()
                .filter(net -> asked.contains(net.role()) || (net.role() == Branch.Net.SECOND && asked.contains(Branch.Net.MIXED)))
                .collect(Collectors.toMap(Lent::role, Lent::hash));
    }

    /// The policy the spec starts with and those of its edits.
    private static Stream<List<Term>> policies(RunSpec spec) {
        return Stream.concat(Stream.of(spec.policy()), spec.edits().stream().flatMap(edit -> edit.change().policy().stream()));
    }

    private static void side(String where, int value, ModelInfo.Sizes sizes, int fixed, List<Problem> problems) {
        if (fixed > 0 && value != fixed) {
            problems.add(new Problem(where, fixed + " pixels, the only size this model was exported for", String.valueOf(value), "Use " + fixed));
        } else if (fixed == 0 && (value < sizes.min() || value > sizes.max() || value % sizes.multipleOf() != 0)) {
            int near = Math.clamp(Math.round((double) value / sizes.multipleOf()) * sizes.multipleOf(), sizes.min(), sizes.max());
            problems.add(new Problem(
                    where,
                    "a multiple of " + sizes.multipleOf() + " from " + sizes.min() + " to " + sizes.max() + " pixels",
                    String.valueOf(value),
                    "Use " + near));
        }
    }

    /// Checks what a text says at each step.
    private static void prompt(String where, String value, RunSpec spec, TextEncoder text, List<Problem> problems) {
        IntStream.range(0, spec.steps())
                .mapToObj(step -> Schedule.at(value, spec.syntax(), step, spec.steps()))
                .distinct()
                .flatMap(words -> Composition.parse(words, spec.syntax()).parts().stream())
                .map(part -> text.count(part.text(), spec.syntax()))
                .filter(count -> count.used() > count.capacity())
                .findFirst()
                .ifPresent(count -> tooLong(where, count, problems));
    }

    private static void tooLong(String where, TextEncoder.TokenCount count, List<Problem> problems) {
        problems.add(new Problem(
                where, "at most " + count.capacity() + " tokens, which is what this model's text encoder takes", count.used() + " tokens", "Shorten it"));
    }

    private static void outputProblem(OutputPlan output, List<Problem> problems) {
        Path file = output.file();
        if (file != null) {
            Path folder = file.toAbsolutePath().getParent();
            if (Files.isDirectory(file)) {
                problems.add(new Problem("output file", "a file name", "the folder " + file, "Add a name like fox.png"));
            } else if (folder == null || !Files.isDirectory(folder)) {
                problems.add(new Problem("output file", "an existing folder", String.valueOf(folder), "Make the folder first"));
            } else if (!Files.isWritable(folder)) {
                problems.add(new Problem("output file", "a folder that can be written", folder.toString(), "Choose another folder or change its permissions"));
            }
        }
        Path folder = output.folder();
        if (folder != null && Files.exists(folder) && (!Files.isDirectory(folder) || !Files.isWritable(folder))) {
            problems.add(new Problem("output folder", "a folder that can be written", folder.toString(), "Choose another folder or change its permissions"));
        }
    }

    private static void range(String where, long value, long min, long max, String remedy, List<Problem> problems) {
        if (value < min || value > max) {
            problems.add(new Problem(where, "a whole number from " + min + " to " + max, String.valueOf(value), remedy));
        }
    }

    private static void collect(List<Problem> problems, Runnable check) {
        try {
            check.run();
        } catch (EngineException.InvalidInput e) {
            problems.addAll(e.problems());
        }
    }

    private static void throwIfAny(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems);
        }
    }

    /// The spec with every parameter of sampler, spacing and policies spelled out, edits included: what is recorded and run.
    public static RunSpec resolve(RunSpec spec) {
        List<Edit> edits = spec.edits().stream()
                .map(edit -> new Edit(
                        edit.step(),
                        new Change(
                                edit.change().prompt(),
                                edit.change().negative(),
                                edit.change().policy().map(Catalog::resolvePolicy),
                                edit.change().syntax())))
                .toList();
        return new RunSpec(
                spec.model(),
                spec.prompt(),
                spec.negative(),
                spec.width(),
                spec.height(),
                spec.seed(),
                spec.batch(),
                spec.steps(),
                resolveSampler(spec.sampler()),
                resolveSpacing(spec.spacing()),
                Catalog.resolvePolicy(spec.policy()),
                spec.noise(),
                edits,
                spec.syntax(),
                spec.source(),
                spec.template(),
                spec.lent());
    }

    private static Term resolveSampler(Term term) {
        var descriptor = Catalog.samplerType(term.id()).descriptor();
        return Term.of(descriptor, descriptor.check(term.parameters()));
    }

    private static Term resolveSpacing(Term term) {
        var descriptor = Catalog.spacingType(term.id()).descriptor();
        return Term.of(descriptor, descriptor.check(term.parameters()));
    }
}
