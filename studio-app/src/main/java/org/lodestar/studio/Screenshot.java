package org.lodestar.studio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.image.PixelReader;
import javafx.scene.image.WritableImage;
import javafx.scene.paint.Color;
import javafx.stage.PopupWindow;
import javafx.stage.Stage;
import javafx.stage.Window;
import org.lodestar.engine.Engine;
import org.lodestar.engine.cli.Installation;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.record.AtomicFile;
import org.lodestar.studio.fx.FxThread;
import org.lodestar.studio.session.Instruments;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.theme.Look;
import org.lodestar.studio.theme.Theme;

/// Opens the real window, makes real pictures in it, and writes what it looks like to files. Neither settings nor pictures of the user are touched.
///
/// The graphics system must have been told to do without a display: `-Dglass.platform=Headless -Dprism.order=sw`. It is started
/// here and cannot be started again afterwards.
final class Screenshot implements AutoCloseable {
    private static final Duration SETTLE = Duration.ofMillis(500);
    private static final Duration GLANCE = Duration.ofMillis(25);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long SEED = 7;

    /// One look at a state.
    ///
    /// @param theme  of the window
    /// @param width  of the window's content
    /// @param height likewise
    /// @param out    the PNG file
    record Shot(Theme theme, int width, int height, Path out) {}

    /// When the user would have seen something.
    ///
    /// @param window       the window
    /// @param firstPicture the first thing done, usually a finished picture
    record Seen(Instant window, Instant firstPicture) {}

    /// The studio in its window.
    private record Opened(Composition studio, Stage stage, Scene scene) {}

    Screenshot() {
        CompletableFuture<Boolean> started = new CompletableFuture<>();
        Platform.startup(() -> started.complete(true));
        started.join();
        Platform.setImplicitExit(false);
        onWindow(() -> {
            Look.loadFonts();
            return true;
        });
    }

    /// Brings a state about in a window of its own and looks at it. Call it from a thread that may wait.
    ///
    /// @throws EngineException if the state does not come about or cannot be written
    Seen take(Scenario scenario, List<Shot> shots) {
        Path scratch = scratchFolder();
        try {
            Opened opened = onWindow(() -> open(scratch, shots.getFirst()));
            Instant window = Instant.now();
            try {
                Stagehand hand = new Stagehand(opened.studio(), scratch);
                Instant first = play(scenario, hand);
                for (Shot shot : shots) {
                    onWindow(() -> arrange(opened, shot));
                    rest(SETTLE);
                    Rgb pixels = onWindow(() -> {
                        scenario.last().accept(hand);
                        return pixels(opened);
                    });
                    AtomicFile.replace(shot.out().toAbsolutePath(), Png.encode(pixels, List.of()));
                }
                return new Seen(window, first);
            } finally {
                onWindow(() -> {
                    opened.studio().close();
                    opened.stage().hide();
                    return true;
                });
            }
        } finally {
            deleteAll(scratch);
        }
    }

    @Override
    public void close() {
        Platform.exit();
    }

    private static Opened open(Path scratch, Shot shot) {
        Installation usual = Installation.ofThisSystem();
        Installation here = new Installation(usual.home(), scratch, usual.cache(), usual.data(), scratch.resolve("pictures"));
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        Composition studio = new Composition(Engine.open(here.options(0)), Instruments.catalog(here.calibrations()), here, random, _ -> {});
        studio.session().changeTheme(shot.theme());
        Stage stage = new Stage();
        Scene scene = new Scene(studio.shell(), shot.width(), shot.height());
        stage.setScene(scene);
        stage.show();
        return new Opened(studio, stage, scene);
    }

    private static Instant play(Scenario scenario, Stagehand hand) {
        Composition studio = hand.studio();
        onWindow(() -> {
            studio.shell().open(scenario.screen());
            studio.session().warmUp();
            return true;
        });
        await(scenario, () -> !(studio.session().modelStateProperty().get() instanceof ModelState.Loading));
        Instant first = Instant.MAX;
        for (Scenario.Act act : scenario.acts().apply(hand)) {
            onWindow(() -> {
                act.action().run();
                return true;
            });
            await(scenario, act.over());
            first = first.isBefore(Instant.now()) ? first : Instant.now();
        }
        List<String> problems = onWindow(() -> Stream.concat(studio.create().problems().stream(), studio.compare().problems().stream()).toList());
        if (!problems.isEmpty() && !scenario.trouble()) {
            throw new EngineException.InferenceFailure(String.join("\n", problems), null);
        }
        return first.isBefore(Instant.now()) ? first : Instant.now();
    }

    private static void await(Scenario scenario, BooleanSupplier over) {
        Instant end = Instant.now().plus(PATIENCE);
        while (!onWindow(over::getAsBoolean)) {
            if (Instant.now().isAfter(end)) {
                throw new EngineException.InferenceFailure(
                        "Screenshot: expected " + scenario.screen() + " " + scenario.id() + " within " + PATIENCE.toMinutes()
                                + " minutes, found it still under way. Try again with fewer programs running.",
                        null);
            }
            rest(GLANCE);
        }
    }

    private static boolean arrange(Opened opened, Shot shot) {
        opened.studio().session().changeTheme(shot.theme());
        opened.stage().setWidth(shot.width());
        opened.stage().setHeight(shot.height());
        return true;
    }

    /// The window with what floats above it.
    private static Rgb pixels(Opened opened) {
        WritableImage image = opened.scene().snapshot(null);
        int wide = (int) image.getWidth();
        int high = (int) image.getHeight();
        byte[] rgb = new byte[wide * high * 3];
        draw(image, 0, 0, rgb, wide, high);
        for (Window window : Window.getWindows()) {
            if (window instanceof PopupWindow popup && popup.isShowing()) {
                popup.getScene().setFill(Color.TRANSPARENT);
                int x = (int) Math.round(popup.getX() + popup.getScene().getX() - opened.stage().getX() - opened.scene().getX());
                int y = (int) Math.round(popup.getY() + popup.getScene().getY() - opened.stage().getY() - opened.scene().getY());
                draw(popup.getScene().snapshot(null), x, y, rgb, wide, high);
            }
        }
        return Rgb.adopt(wide, high, rgb);
    }

    /// Lays `image` over `rgb` at a place that may reach beyond its edges.
    private static void draw(WritableImage image, int left, int top, byte[] rgb, int wide, int high) {
        PixelReader reader = image.getPixelReader();
        for (int y = Math.max(0, -top); y < image.getHeight() && y + top < high; y++) {
            for (int x = Math.max(0, -left); x < image.getWidth() && x + left < wide; x++) {
                int argb = reader.getArgb(x, y);
                int at = ((y + top) * wide + x + left) * 3;
                for (int channel = 0; channel < 3; channel++) {
                    rgb[at + channel] = mix(rgb[at + channel], (argb >> (16 - 8 * channel)) & 0xff, argb >>> 24);
                }
            }
        }
    }

    private static byte mix(byte below, int above, int alpha) {
        return (byte) (((below & 0xff) * (255 - alpha) + above * alpha) / 255);
    }

    private static <T> T onWindow(Supplier<T> question) {
        try {
            return CompletableFuture.supplyAsync(question, FxThread.EXECUTOR).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : e;
        }
    }

    private static void rest(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
