package org.lodestar.studio;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.lodestar.engine.Engine;
import org.lodestar.engine.cli.Installation;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.compare.CompareView;
import org.lodestar.studio.compare.CompareViewModel;
import org.lodestar.studio.create.CreateView;
import org.lodestar.studio.create.CreateViewModel;
import org.lodestar.studio.fx.Background;
import org.lodestar.studio.fx.FxThread;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.fx.Pulse;
import org.lodestar.studio.fx.PulseDrain;
import org.lodestar.studio.models.ModelsView;
import org.lodestar.studio.models.ModelsViewModel;
import org.lodestar.studio.session.Instruments;
import org.lodestar.studio.session.Settings;
import org.lodestar.studio.session.SettingsFile;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.shell.Screen;
import org.lodestar.studio.shell.ShellView;
import org.lodestar.studio.shell.StatusViewModel;
import org.lodestar.studio.text.Words;

/// The whole studio, wired by hand: engine, session, view models, views. Make it on the window's thread.
public final class Composition implements AutoCloseable {
    private final Engine engine;
    private final PreviewWorker worker = PreviewWorker.start();
    private final Background searcher = Background.start("models");
    private final StudioSession session;
    private final CreateViewModel create;
    private final CompareViewModel compare;
    private final ModelsViewModel models;
    private final ShellView shell;

    /// @param engine      makes the pictures; closed with this
    /// @param instruments what a recipe can be made of
    /// @param here        where things are kept
    /// @param random      seeds for new pictures
    /// @param opener      shows a folder in the system's file manager
    public Composition(Engine engine, Instruments instruments, Installation here, RandomGenerator random, Consumer<Path> opener) {
        this.engine = engine;
        Pulse pulse = new PulseDrain();
        this.session = new StudioSession(
                engine, pulse, FxThread.EXECUTOR, new SettingsFile(here.config().resolve("settings.json")), Settings.initial(here.pictures(), here.wildcards(), here.modelFolders()));
        this.create = new CreateViewModel(session, instruments, worker, random);
        this.compare = new CompareViewModel(session, instruments, worker, random);
        this.models = new ModelsViewModel(session, searcher, FxThread.EXECUTOR, opener);
        ModelsView modelsView = new ModelsView(models);
        CreateView createView = new CreateView(create);
        CompareView compareView = new CompareView(compare);
        this.shell = new ShellView(
                session,
                new StatusViewModel(session, memory()),
                List.of(
                        new Screen("create", Words.of("app.create"), createView, createView.firstFocus(), createView::onKey),
                        new Screen("compare", Words.of("app.compare"), compareView, compareView.firstFocus(), compareView::onKey),
                        new Screen("models", Words.of("app.models"), modelsView, modelsView.firstFocus(), modelsView::onKey)),
                this::openPicture);
        create.setOnCompare(this::comparePicture);
    }

    /// Puts the settings of a finished picture into the Compare screen.
    private void comparePicture(RunSpec spec) {
        compare.show(spec);
        shell.open("compare");
    }

    /// Puts the settings of a picture file into the form.
    private void openPicture(Path file) {
        shell.open("create");
        create.restore(file);
    }

    public StudioSession session() {
        return session;
    }

    public CreateViewModel create() {
        return create;
    }

    public CompareViewModel compare() {
        return compare;
    }

    public ModelsViewModel models() {
        return models;
    }

    /// The root of the window.
    public ShellView shell() {
        return shell;
    }

    @Override
    public void close() {
        models.stop();
        searcher.close();
        worker.close();
        engine.close();
    }

    /// Resident memory where the system tells it (Linux), else the Java heap in use.
    private static LongSupplier memory() {
        Path statm = Path.of("/proc/self/statm");
        if (!Files.isReadable(statm)) {
            return Composition::heap;
        }
        return () -> {
            try {
                return Long.parseLong(Files.readString(statm).split(" ", -1)[1]) * 4096;
            } catch (java.io.IOException e) {
                return heap();
            }
        };
    }

    private static long heap() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
