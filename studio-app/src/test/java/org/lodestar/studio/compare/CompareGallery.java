package org.lodestar.studio.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;
import org.lodestar.engine.EngineOptions;
import org.lodestar.engine.Engine;
import org.lodestar.engine.parameter.Term;
import org.lodestar.studio.control.Snapshots;
import org.lodestar.studio.fx.FxThread;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.fx.PulseDrain;
import org.lodestar.studio.session.FakeEngine;
import org.lodestar.studio.session.Settings;
import org.lodestar.studio.session.SettingsFile;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.theme.Look;
import org.lodestar.studio.theme.Theme;

/// Runs real comparisons and saves pictures of the Compare screen in many states, to be looked at: `CompareGallery MODEL FOLDER`.
public final class CompareGallery {
    private final Path folder;
    private final StudioSession session;
    private final CompareViewModel model;
    private final StackPane root;
    private final Scene scene;

    private CompareGallery(Path modelFolder, Path folder) {
        this.folder = folder;
        var engine = Engine.open(new EngineOptions(modelFolder, folder.resolve("cache"), 0));
        session = new StudioSession(
                engine, new PulseDrain(), FxThread.EXECUTOR, new SettingsFile(folder.resolve("settings.json")), Settings.initial(folder.resolve("pictures"), folder.resolve("wildcards"), java.util.List.of()));
        model = new CompareViewModel(session, FakeEngine.INSTRUMENTS, PreviewWorker.start(), new Random(7));
        CompareView view = new CompareView(model);
        root = new StackPane(view);
        scene = new Scene(root, 1400, 830);
        Look.apply(Theme.DARK, scene);
        scene.addEventFilter(javafx.scene.input.KeyEvent.KEY_PRESSED, view::onKey);
        Stage stage = new Stage();
        stage.setScene(scene);
        stage.show();
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[1]));
        CountDownLatch started = new CountDownLatch(1);
        Platform.startup(started::countDown);
        started.await();
        CompareGallery[] made = new CompareGallery[1];
        onWindow(() -> {
            Look.loadFonts();
            made[0] = new CompareGallery(Path.of(args[0]), folder);
            made[0].session.warmUp();
        });
        made[0].tour();
        System.exit(0);
    }

    private void tour() throws Exception {
        shoot("empty", 1400, 830);
        onWindow(() -> {
            model.seedProperty().set(7);
            model.promptProperty().set("a red apple");
        });
        TimeUnit.SECONDS.sleep(3);
        onWindow(model::run);
        TimeUnit.MILLISECONDS.sleep(700);
        shootNow("running", Theme.DARK);
        settle();
        shoot("two", 1400, 830);
        shoot("two-small", 1000, 630);
        for (CompareMode mode : CompareMode.values()) {
            onWindow(() -> model.modeProperty().set(mode));
            shoot("two-" + mode.name().toLowerCase(java.util.Locale.ROOT), 1400, 830);
        }
        onWindow(() -> {
            model.modeProperty().set(CompareMode.SIDE_BY_SIDE);
            model.select(6);
            model.quantityProperty().set(Quantity.COLOUR_PUSH);
        });
        settle();
        shoot("two-scrubbed", 1400, 830);
        onWindow(() -> {
            model.addLane();
            model.addLane();
            model.lanes().get(2).guidance().show(Term.parseStack("interval(lo=0.2,hi=5) + cfg(w=10)"));
            model.lanes().get(3).guidance().show(Term.parseStack("ag + cfg(w=10)"));
            model.promptProperty()
                    .set("a red fox with very soft fur in a green meadow, evening light, plain background, centred");
            model.negativeProperty().set("blurry, flat, dark, noisy, out of frame, cropped, a second animal");
            model.seedProperty().set(11);
            model.run();
        });
        settle();
        onWindow(() -> model.lanes().get(1).guidance().show(Term.parseStack("apg(w=12)")));
        shoot("four", 1400, 830);
        shoot("four-small", 1000, 630);
        onWindow(() -> ((javafx.scene.control.Button) root.lookup("#policy-B")).fire());
        TimeUnit.MILLISECONDS.sleep(600);
        onWindow(() -> javafx.stage.Window.getWindows().stream()
                .filter(window -> window instanceof javafx.stage.PopupWindow)
                .forEach(window -> Snapshots.save(window.getScene().snapshot(null), folder.resolve("policy.png"))));
        onWindow(() -> ((javafx.scene.control.Button) root.lookup("#policy-B")).fire());
        onWindow(model::export);
        TimeUnit.MILLISECONDS.sleep(900);
        onWindow(() -> model.modeProperty().set(CompareMode.DIFFERENCE));
        shoot("four-difference", 1000, 630);
        onWindow(() -> {
            model.stepsProperty().set(0);
            model.sizeProperty().set(new org.lodestar.engine.pack.ModelInfo.Size(100, 128));
            model.run();
        });
        settle();
        shoot("problem", 1400, 830);
    }

    private void settle() throws Exception {
        for (int i = 0; i < 600; i++) {
            TimeUnit.MILLISECONDS.sleep(100);
            boolean[] running = new boolean[1];
            onWindow(() -> running[0] = model.runningProperty().get());
            if (!running[0]) {
                break;
            }
        }
        TimeUnit.MILLISECONDS.sleep(500);
    }

    private void shoot(String name, int width, int height) throws Exception {
        onWindow(() -> {
            scene.getWindow().setWidth(width);
            scene.getWindow().setHeight(height);
        });
        TimeUnit.MILLISECONDS.sleep(250);
        for (Theme theme : Theme.values()) {
            shootNow(name, theme);
        }
    }

    private void shootNow(String name, Theme theme) throws Exception {
        onWindow(() -> {
            Look.apply(theme, scene);
            root.applyCss();
            root.layout();
        });
        TimeUnit.MILLISECONDS.sleep(150);
        onWindow(() -> {
            WritableImage shot = scene.snapshot(null);
            Snapshots.save(shot, folder.resolve(name + "-" + theme.name().toLowerCase(java.util.Locale.ROOT) + ".png"));
        });
    }

    private static void onWindow(Runnable action) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Platform.runLater(() -> {
            try {
                action.run();
            } finally {
                done.countDown();
            }
        });
        done.await();
    }
}
