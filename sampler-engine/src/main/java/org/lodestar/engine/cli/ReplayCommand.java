package org.lodestar.engine.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.ImageMetrics;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.ContentHash;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.KeyedCache;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.record.Sha256;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.SpecJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "replay",
        description = "Makes a picture again from the recipe it carries and says whether the same came out: bit-identical, close or different, and why. Different ends with exit code 1.")
final class ReplayCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(index = "0", paramLabel = "F.png", description = "A picture made by this program.")
    private @Nullable Path file;

    @Option(names = "--model", paramLabel = "DIR", description = "Where the model is now, if it has moved.")
    private @Nullable String model;

    @Mixin
    private final LentOptions others = new LentOptions();

    @Option(names = "--device", paramLabel = "ID", description = "Where to run it, as 'generate' takes it; if not given, the CPU for pictures made there, else auto.")
    private @Nullable String device;

    @Mixin
    private final MemoryOption memory = new MemoryOption();

    @Mixin
    private final Reporting reporting = new Reporting();

    ReplayCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path path = Objects.requireNonNull(file);
        PictureFile picture = PictureFile.read(path);
        RunRecord before = picture.record().orElseThrow(() -> withoutRecipe(path, picture));
        RunSpec spec = SpecJson.read(before.spec());
        RunSpec here = found(spec, before);
        DeviceWish wish = device != null ? DeviceWish.of(device) : before.device().startsWith("CPU") ? DeviceWish.CPU : DeviceWish.AUTO;
        Progress progress = reporting.progress(context.terminal());
        try (Engine engine = Engine.open(memory.applied(context.installation().options(before.threads())))) {
            Following.Finished finished = Following.follow(engine, new RunRequest(List.of(here), wish, OutputPlan.NONE), progress);
            RunEvent.ImageFinished again = finished.images().stream()
                    .filter(image -> image.sample() == before.sample())
                    .findFirst()
                    .orElseThrow(() -> new EngineException.InvalidInput(path.toString(), "a sample of its batch", "sample " + before.sample(), "The recipe is damaged; use another picture"));
            return report(path, Replay.of(picture, before, again));
        }
    }

    /// `spec` with the models where they are now: where the options say, where they were, or where one with the same content lies.
    private RunSpec found(RunSpec spec, RunRecord before) {
        MovedModels moved = new MovedModels(context.installation().modelFolders(), new ContentHash(new KeyedCache(context.installation().cache())));
        boolean lost = model == null && !spec.model().equals(ModelChoice.STARTER) && !MovedModels.isFolder(spec.model());
        Optional<Path> main = lost ? moved.find(before.modelHash()) : Optional.empty();
        main.ifPresent(folder -> context.terminal().say("The model is now in " + folder + "."));
        String name = main.map(Path::toString).orElse(model == null ? spec.model() : model);
        List<Lent> lent = spec.lent().stream().map(net -> here(net, moved)).toList();
        return spec.withModel(name).withLent(others.beside(new ModelChoice(name, lent)).lent());
    }

    private Lent here(Lent net, MovedModels moved) {
        boolean lost = others.lent().stream().noneMatch(given -> given.role() == net.role()) && !net.model().equals(ModelChoice.STARTER) && moved.isGone(net.model(), net.hash());
        Optional<Path> folder = lost ? moved.find(net.hash()) : Optional.empty();
        folder.ifPresent(now -> context.terminal().say("The model of the " + net.role().title() + " is now in " + now + "."));
        return folder.map(now -> new Lent(net.role(), now.toString(), net.hash())).orElse(net);
    }

    private static EngineException.InvalidInput withoutRecipe(Path path, PictureFile picture) {
        String found = !picture.notes().isEmpty()
                ? "a recipe that cannot be read (" + picture.notes().getFirst() + ")"
                : picture.parameters().isPresent() ? "a picture of another program, with settings text only" : "a picture without a recipe";
        return new EngineException.InvalidInput(path.toString(), "a picture that carries its exact recipe", found, "Choose a picture made by this program");
    }

    private int report(Path path, Replay replay) {
        Terminal terminal = context.terminal();
        if (reporting.json()) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("file", path.toString());
            all.put("verdict", replay.verdict().text());
            all.put("psnr", replay.psnr());
            all.put("reasons", replay.reasons());
            terminal.json(all);
        } else {
            String how = replay.verdict() == Replay.Verdict.BIT_IDENTICAL ? "" : String.format(Locale.ROOT, " (PSNR %.1f dB)", replay.psnr());
            terminal.result(path + ": " + replay.verdict().text() + how);
            replay.reasons().forEach(reason -> terminal.result("  " + reason));
        }
        return replay.verdict() == Replay.Verdict.DIFFERENT ? ExitCode.FAILED : ExitCode.DONE;
    }

    /// What came out.
    ///
    /// @param psnr    between the picture and its replay, in dB; infinite if equal
    /// @param reasons what differs between then and now, as sentences
    record Replay(Verdict verdict, double psnr, List<String> reasons) {
        /// From here on two pictures look alike to the eye.
        private static final double CLOSE_DB = 30;

        Replay {
            reasons = List.copyOf(reasons);
        }

        /// How alike.
        enum Verdict {
            BIT_IDENTICAL("bit-identical"),
            CLOSE("close"),
            DIFFERENT("different");

            private final String text;

            Verdict(String text) {
                this.text = text;
            }

            String text() {
                return text;
            }
        }

        static Replay of(PictureFile picture, RunRecord before, RunEvent.ImageFinished again) {
            RunRecord now = again.record();
            List<String> reasons = new ArrayList<>();
            boolean sameSize = picture.image().width() == again.image().width() && picture.image().height() == again.image().height();
            double psnr = sameSize ? ImageMetrics.psnr(picture.image(), again.image()) : 0;
            if (!Sha256.of(picture.image()).equals(before.imageHash())) {
                reasons.add("The pixels of the file were changed after it was made.");
            }
            differs("The model", before.modelHash(), now.modelHash(), reasons);
            lenders(before, now, reasons);
            differs("The first noise", before.noiseHash(), now.noiseHash(), reasons);
            differs("The device", before.device(), now.device(), reasons);
            differs("The grouping of network calls", before.callLayout(), now.callLayout(), reasons);
            for (String name : before.versions().keySet().stream().sorted().toList()) {
                differs("The version of " + name, before.versions().get(name), Optional.ofNullable(now.versions().get(name)).orElse("none"), reasons);
            }
            boolean identical = picture.image().equals(again.image());
            if (!identical && reasons.isEmpty()) {
                reasons.add(
                        before.latentHash().equals(now.latentHash())
                                ? "The latents are the same; only the decoded pixels differ."
                                : "Nothing that is recorded differs; the processor or its load may.");
            }
            Verdict verdict = identical ? Verdict.BIT_IDENTICAL : psnr >= CLOSE_DB ? Verdict.CLOSE : Verdict.DIFFERENT;
            return new Replay(verdict, psnr, reasons);
        }

        /// Models whose nets worked beside the model's own.
        private static void lenders(RunRecord before, RunRecord now, List<String> reasons) {
            Map<Branch.Net, String> then = hashes(before);
            Map<Branch.Net, String> here = hashes(now);
            for (Branch.Net role : Lent.ROLES) {
                String what = "The " + role.title() + " of another model";
                differs(what, then.getOrDefault(role, here.containsKey(role) ? "none" : null), here.getOrDefault(role, "none"), reasons);
            }
        }

        private static Map<Branch.Net, String> hashes(RunRecord record) {
            return SpecJson.read(record.spec()).lent().stream().collect(Collectors.toMap(Lent::role, Lent::hash));
        }

        private static void differs(String what, @Nullable String before, String now, List<String> reasons) {
            if (before != null && !before.equals(now)) {
                reasons.add(what + " differs: " + brief(before) + " then, " + brief(now) + " now.");
            }
        }

        private static String brief(String value) {
            return value.matches("[0-9a-f]{64}") ? value.substring(0, 10) : value;
        }
    }
}
