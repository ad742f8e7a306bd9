package org.lodestar.studio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import javafx.animation.PauseTransition;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.scene.Scene;
import javafx.scene.image.PixelReader;
import javafx.scene.image.WritableImage;
import javafx.stage.Stage;
import javafx.util.Duration;
import javafx.util.Subscription;
import org.lodestar.engine.Engine;
import org.lodestar.engine.cli.Installation;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.AtomicFile;
import org.lodestar.studio.compare.CompareViewModel;
import org.lodestar.studio.create.CreateViewModel;
import org.lodestar.studio.session.Instruments;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.theme.Look;
import org.lodestar.studio.theme.Theme;

/// Opens the real window, makes real pictures in it, and writes what it looks like to a file. Neither settings nor pictures of the user are touched.
///
/// The graphics system must have been told to do without a display: `-Dglass.platform=Headless -Dprism.order=sw`.
///
/// @param screen "create", "compare" or "models"
/// @param theme  of the window
/// @param width  of the window's content
/// @param height likewise
/// @param out    the PNG file
public record Screenshot(String screen, Theme theme, int width, int height, Path out) {
    private static final Duration SETTLE = Duration.millis(500);
    private static final long SEED = 7;

    /// When the user would have seen something.
    ///
    /// @param window       the window
    /// @param firstPicture the first finished picture
    public record Seen(Instant window, Instant firstPicture) {}

    /// Takes the picture. Call it once, from a thread that may wait; the graphics system cannot be started again afterwards.
    ///
    /// @throws EngineException if a picture cannot be made or written
    public Seen take() {
        CompletableFuture<Rgb> taken = new CompletableFuture<>();
        CompletableFuture<Instant> window = new CompletableFuture<>();
        CompletableFuture<Instant> firstPicture = new CompletableFuture<>();
        Path scratch = scratchFolder();
        Platform.startup(() -> open(scratch, taken, window, firstPicture));
        try {
            AtomicFile.replace(out.toAbsolutePath(), Png.encode(taken.join(), List.of()));
            return new Seen(window.join(), firstPicture.join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof EngineException known ? known : e;
        } finally {
            Platform.exit();
            deleteAll(scratch);
        }
    }

    private void open(Path scratch, CompletableFuture<Rgb> taken, CompletableFuture<Instant> window, CompletableFuture<Instant> firstPicture) {
        try {
            Look.loadFonts();
            Installation usual = Installation.ofThisSystem();
            Installation here = new Installation(usual.home(), scratch, usual.cache(), usual.data(), scratch.resolve("pictures"));
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
            Composition studio = new Composition(Engine.open(here.options(0)), Instruments.catalog(here.calibrations()), here, random, _ -> {});
            studio.session().changeTheme(theme);
            Stage stage = new Stage();
            Scene scene = new Scene(studio.shell(), width, height);
            stage.setScene(scene);
            stage.setOnShown(event -> window.complete(Instant.now()));
            stage.show();
            studio.shell().open(screen);
            var _ = taken.whenComplete((picture, failure) -> studio.close());
            studio.session().modelStateProperty().subscribe(state -> {
                switch (state) {
                    case ModelState.Loading _, ModelState.Unloaded _ -> {}
                    case ModelState.Ready _ -> start(play(studio), scene, taken, firstPicture);
                    case ModelState.Unusable(String sentence, boolean _) ->
                        taken.completeExceptionally(new EngineException.InferenceFailure(sentence, null));
                }
            });
            studio.session().warmUp();
        } catch (RuntimeException e) {
            taken.completeExceptionally(e);
        }
    }

    /// What is done in the window before its picture is taken.
    ///
    /// @param running  whether a run is under way; an act is over when none is
    /// @param problems what went wrong
    /// @param acts     one after another
    private record Play(ReadOnlyBooleanProperty running, List<String> problems, List<Runnable> acts) {}

    private Play play(Composition studio) {
        return switch (screen) {
            case "compare" -> compare(studio.compare());
            case "models" -> new Play(studio.models().searchingProperty(), List.of(), List.of(studio.models()::search));
            default -> create(studio.create());
        };
    }

    /// A few pictures, one of them changed while it forms, and a branch of it.
    private static Play create(CreateViewModel create) {
        return new Play(
                create.runningProperty(),
                create.problems(),
                List.of(
                        () -> generate(create, "a red apple", 3, "cfg(w=5)"),
                        () -> generate(create, "blue heart", 12, "cfg(w=4)"),
                        () -> generate(create, "smiling face with sunglasses", 3, "cfg(w=6)"),
                        () -> {
                            create.stage().select(8);
                            create.recipe().guidance().show(Term.parseStack("apg(w=8)"));
                            create.branchHere();
                        }));
    }

    private static void generate(CreateViewModel create, String prompt, long seed, String policy) {
        create.recipe().promptProperty().set(prompt);
        create.recipe().guidance().show(Term.parseStack(policy));
        create.recipe().seedProperty().set(seed);
        create.recipe().seedLockedProperty().set(true);
        create.generate();
    }

    /// Two lanes at high strength.
    private static Play compare(CompareViewModel compare) {
        return new Play(compare.runningProperty(), compare.problems(), List.of(() -> {
            compare.promptProperty().set("smiling face with sunglasses");
            compare.seedProperty().set(3);
            compare.lanes().get(0).guidance().show(Term.parseStack("cfg(w=12)"));
            compare.lanes().get(1).guidance().show(Term.parseStack("apg(w=12,beta=-0.5)"));
            compare.run();
        }));
    }

    private void start(Play play, Scene scene, CompletableFuture<Rgb> taken, CompletableFuture<Instant> firstPicture) {
        play.running().subscribe((before, running) -> {
            if (!running) {
                firstPicture.complete(Instant.now());
            }
        });
        perform(play, play.acts().iterator(), scene, taken);
    }

    private void perform(Play play, Iterator<Runnable> acts, Scene scene, CompletableFuture<Rgb> taken) {
        if (!play.problems().isEmpty()) {
            taken.completeExceptionally(new EngineException.InferenceFailure(String.join("\n", play.problems()), null));
        } else if (acts.hasNext()) {
            acts.next().run();
            Subscription[] waiting = new Subscription[1];
            waiting[0] = play.running().subscribe((before, running) -> {
                if (!running) {
                    waiting[0].unsubscribe();
                    perform(play, acts, scene, taken);
                }
            });
        } else {
            PauseTransition settle = new PauseTransition(SETTLE);
            settle.setOnFinished(event -> taken.complete(pixels(scene)));
            settle.play();
        }
    }

    private static Rgb pixels(Scene scene) {
        WritableImage image = scene.snapshot(null);
        int wide = (int) image.getWidth();
        int high = (int) image.getHeight();
        byte[] rgb = new byte[wide * high * 3];
        PixelReader reader = image.getPixelReader();
        for (int y = 0, i = 0; y < high; y++) {
            for (int x = 0; x < wide; x++) {
                int argb = reader.getArgb(x, y);
                rgb[i++] = (byte) (argb >> 16);
                rgb[i++] = (byte) (argb >> 8);
                rgb[i++] = (byte) argb;
            }
        }
        return Rgb.adopt(wide, high, rgb);
    }

    private static Path scratchFolder() {
        try {
            return Files.createTempDirectory("lodestar-screenshot");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteAll(Path folder) {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
