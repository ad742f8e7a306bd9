package org.lodestar.engine.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.EngineOptions;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.guidance.Guardian;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelInfo.Size;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.record.ConceptFile;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.record.WildcardFolder;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.Source;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say what to make. All are read as text and checked together, so that every mistake is told at once.
final class PictureOptions {
    static final String DEVICE_HELP =
            "auto (the default: CUDA if it works, else the CPU), cpu, cuda, tensorrt, coreml or plugin:FILE. All but auto are an error where they cannot be had; 'doctor' says what works here.";
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})[xX×](\\d{1,6})");
    private static final long SEEDS = 1L << 32;
    private static final double USUAL_STRENGTH = 0.8;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "What should be seen.")
    @Nullable String prompt;

    @Option(names = "--negative", paramLabel = "TEXT", defaultValue = "", description = "What should not be seen.")
    String negative = "";

    @Option(names = "--model", paramLabel = "DIR", defaultValue = ModelChoice.STARTER, description = "A model folder, or starter (the default).")
    String model = ModelChoice.STARTER;

    @Mixin
    private final LentOptions others = new LentOptions();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "-1", description = "Which noise to start from; -1 (the default) takes a new one.")
    String seed = "-1";

    @Option(names = "--steps", paramLabel = "N", description = "Denoising steps, 1 to 1000; the model's own number if left out.")
    @Nullable String steps;

    @Option(names = "--size", paramLabel = "WxH", description = "Pixels, such as 512x768; the model's own size if left out.")
    @Nullable String size;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "How many pictures, with seeds N, N+1, ...")
    String batch = "1";

    @Option(names = "--sampler", paramLabel = "ID", description = "Numerical method, such as ddim or euler_a; lodestar samplers lists them.")
    @Nullable String sampler;

    @Option(names = "--spacing", paramLabel = "ID", description = "How steps are spread over the noise levels, such as trailing or karras.")
    @Nullable String spacing;

    @Option(names = "--noise", paramLabel = "ID", defaultValue = "torch", description = "Noise source: torch (the default), torch-stream, nv or numpy; lodestar samplers lists them.")
    String noise = "torch";

    @Option(names = "--syntax", paramLabel = "ID", defaultValue = "a1111", description = "How brackets in prompts are read: a1111 (the default), comfy or off.")
    String syntax = "a1111";

    @Option(names = "--wildcards", paramLabel = "DIR", description = "Folder of text files to draw from: __name__ in a prompt is a line of name.txt; wildcards among the program's data if left out.")
    @Nullable Path wildcards;

    @Option(names = "--concepts", paramLabel = "LIST.json", description = "Subjects to stay clear of, for the guardian in --policy.")
    @Nullable Path concepts;

    @Option(names = "--image", paramLabel = "FILE", description = "A picture to start from instead of noise alone: PNG, JPEG, GIF or BMP.")
    @Nullable Path image;

    @Option(names = "--strength", paramLabel = "S", description = "How much of the picture may change, 0 to 1; 0.8 if left out, 1 with a mask.")
    @Nullable String strength;

    @Option(names = "--mask", paramLabel = "FILE", description = "White where to repaint the picture, black where to keep it.")
    @Nullable Path mask;

    @Option(names = "--device", paramLabel = "ID", defaultValue = "auto", description = DEVICE_HELP)
    String device = "auto";

    @Mixin
    private final MemoryOption memory = new MemoryOption();

    @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = "Threads per network call on the CPU; one per core if left out.")
    String threads = "0";

    /// What was typed, understood; gaps are filled from the model.
    ///
    /// @param model    what to load
    /// @param policies one per lane; empty for the model's own
    /// @param syntax   how prompts are read
    /// @param wildcards lists to draw from
    record Wish(
            String prompt,
            String negative,
            ModelChoice model,
            long seed,
            Optional<Integer> steps,
            Optional<Size> size,
            int batch,
            Optional<Term> sampler,
            Optional<Term> spacing,
            String noise,
            List<List<Term>> policies,
            Dialect syntax,
            WildcardFolder wildcards,
            DeviceWish device,
            int threads,
            Optional<Source> source,
            Optional<Size> sourceSize) {

        /// The lanes for a model that likes `defaults` and takes `sizes`, their prompts drawn.
        ///
        /// @throws EngineException.InvalidInput with every list that is missing
        List<RunSpec> lanes(ModelInfo.Defaults defaults, ModelInfo.Sizes sizes) {
            Size pixels = size.orElseGet(() -> sourceSize.map(sizes::nearest).orElse(defaults.size()));
            List<List<Term>> stacks = policies.isEmpty() ? List.of(Term.parseStack(defaults.policy())) : policies;
            return stacks.stream()
                    .map(policy -> new RunSpec(
                            model.model(),
                            prompt,
                            negative,
                            pixels.width(),
                            pixels.height(),
                            seed,
                            batch,
                            steps.orElse(defaults.steps()),
                            sampler.orElseGet(() -> Term.parse(defaults.sampler())),
                            spacing.orElseGet(() -> Term.parse(defaults.spacing())),
                            policy,
                            noise,
                            List.of(),
                            syntax,
                            source,
                            Optional.empty(),
                            model.lent())
                            .drawn(wildcards))
                    .toList();
        }
    }

    /// Reads and checks everything that can be checked without the model.
    ///
    /// @param stacks policies as typed, one per lane
    /// @param output where pictures will go
    /// @param random gives a seed where none was chosen
    /// @param lists  where lists to draw from lie unless told otherwise
    /// @throws EngineException.InvalidInput with everything wrong
    Wish read(List<String> stacks, OutputPlan output, LongSupplier random, Path lists) {
        List<Problem> problems = new ArrayList<>();
        if (prompt == null) {
            problems.add(new Problem("--prompt", "a text that says what should be seen", "none", "Add for example --prompt \"a red apple\""));
        }
        long chosen = number("--seed", seed, "a whole number, or -1 for a new one", problems);
        List<List<Term>> policies = new ArrayList<>();
        stacks.forEach(text -> parsed(text, Term::parseStack, problems).ifPresent(policies::add));
        if (concepts != null) {
            giveConcepts(policies, concepts, problems);
        }
        Wish wish = new Wish(
                prompt == null ? "" : prompt,
                negative,
                others.beside(ModelChoice.of(model)),
                chosen == -1 ? Math.floorMod(random.getAsLong(), SEEDS) : chosen,
                Optional.ofNullable(steps).map(text -> whole("--steps", text, "a whole number from 1 to " + RunCheck.MAX_STEPS, problems)),
                Optional.ofNullable(size).flatMap(text -> size(text, problems)),
                whole("--batch", batch, "a whole number from 1 to " + RunCheck.MAX_BATCH, problems),
                Optional.ofNullable(sampler).flatMap(text -> parsed(text, Term::parse, problems)),
                Optional.ofNullable(spacing).flatMap(text -> parsed(text, Term::parse, problems)),
                noise,
                policies,
                parsed(syntax, Dialect::of, problems).orElse(Dialect.PLAIN),
                new WildcardFolder(wildcards == null ? lists : wildcards),
                device(device, problems),
                whole("--threads", threads, "a whole number, 0 for one per core", problems),
                source(problems),
                Optional.ofNullable(image).flatMap(PictureOptions::size));
        if (wish.threads() < 0 || wish.threads() > 256) {
            problems.add(new Problem("--threads", "a whole number from 0 to 256", threads, "Leave it out for one per core"));
        }
        ModelInfo.Defaults stopgap = new ModelInfo.Defaults(new Size(128, 128), 20, "ddim", "trailing", "cfg", List.of());
        parsed(new ModelInfo.Sizes(8, 8, 8192, 0, 0, List.of()), any -> wish.lanes(stopgap, any), problems)
                .ifPresent(lanes -> problems.addAll(RunCheck.problems(new RunRequest(lanes, wish.device(), output))));
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems.stream().distinct().toList());
        }
        return wish;
    }

    /// Writes the list of `file` into each guardian that has none, so that a picture's record holds what was applied.
    private static void giveConcepts(List<List<Term>> policies, Path file, List<Problem> problems) {
        String guardian = Guardian.TYPE.descriptor().id();
        List<Term> open = policies.stream().flatMap(List::stream).filter(term -> term.id().equals(guardian) && !term.parameters().containsKey("concepts")).toList();
        if (open.isEmpty()) {
            problems.add(new Problem("--concepts", "a guardian without a list of its own in --policy", "none", "Write for example --policy \"guardian(m=0.6) + cfg(w=7.5)\""));
            return;
        }
        parsed(file, ConceptFile::read, problems).map(ConceptFile::concepts).ifPresent(list -> policies.replaceAll(stack -> stack.stream()
                .map(term -> open.contains(term) ? term.with("concepts", list.text()) : term)
                .toList()));
    }

    private Optional<Source> source(List<Problem> problems) {
        if (image == null) {
            if (mask != null || strength != null) {
                problems.add(new Problem("--image", "a picture for the " + (mask != null ? "mask" : "strength"), "none", "Add --image F.png"));
            }
            return Optional.empty();
        }
        double share = mask == null ? USUAL_STRENGTH : 1;
        if (strength != null) {
            try {
                share = Double.parseDouble(strength.strip());
            } catch (NumberFormatException e) {
                problems.add(new Problem("--strength", "a number from 0 to 1", strength, "Write for example 0.6"));
            }
        }
        Source from = Source.of(image.toAbsolutePath().normalize().toString(), share);
        return Optional.of(mask == null ? from : from.withMask(mask.toAbsolutePath().normalize().toString()));
    }

    /// The picture's own size; nothing if it cannot be read, which the run will tell.
    private static Optional<Size> size(Path picture) {
        try {
            Rgb pixels = PictureFile.pixels(picture);
            return Optional.of(new Size(pixels.width(), pixels.height()));
        } catch (EngineException.InvalidInput e) {
            return Optional.empty();
        }
    }

    /// What the engine is opened with.
    EngineOptions engine(Installation here, Wish wish) {
        return memory.applied(here.options(wish.threads()));
    }

    private static int whole(String where, String text, String expected, List<Problem> problems) {
        long value = number(where, text, expected, problems);
        return Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static long number(String where, String text, String expected, List<Problem> problems) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            problems.add(new Problem(where, expected, text.isBlank() ? "nothing" : text, "Write digits only"));
            return 1;
        }
    }

    private static Optional<Size> size(String text, List<Problem> problems) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            problems.add(new Problem("--size", "width and height in pixels, such as 512x768", text, "Write them with an x between"));
            return Optional.empty();
        }
        return Optional.of(new Size(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))));
    }

    private static <S, T> Optional<T> parsed(S text, Function<S, T> parse, List<Problem> problems) {
        try {
            return Optional.of(parse.apply(text));
        } catch (EngineException.InvalidInput e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    static DeviceWish device(String text, List<Problem> problems) {
        try {
            return DeviceWish.of(text);
        } catch (EngineException.InvalidInput e) {
            problems.addAll(e.problems());
            return DeviceWish.AUTO;
        }
    }
}
