package org.lodestar.studio;

import java.nio.file.Path;
import java.util.random.RandomGenerator;
import javafx.application.Application;
import javafx.scene.Scene;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.EngineOptions;
import org.lodestar.studio.session.Folders;
import org.lodestar.studio.session.Instruments;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Look;

/// The window.
///
/// The system property `lodestar.home` says where the program lies, with the starter model in `models/starter`; without it that is the working directory.
public final class StudioApp extends Application {
    private static final double WIDTH = 1400;
    private static final double HEIGHT = 900;
    private static final double LEAST_WIDTH = 1000;
    private static final double LEAST_HEIGHT = 700;

    private @Nullable Composition studio;

    @Override
    public void start(Stage stage) {
        Folders folders = Folders.ofThisSystem();
        Look.loadFonts();
        Composition opened = new Composition(openEngine(folders), Instruments.catalog(), folders, RandomGenerator.getDefault(), folder -> getHostServices().showDocument(folder.toUri().toString()));
        studio = opened;
        stage.setTitle(Words.of("app.name"));
        stage.setScene(new Scene(opened.shell(), WIDTH, HEIGHT));
        stage.setMinWidth(LEAST_WIDTH);
        stage.setMinHeight(LEAST_HEIGHT);
        stage.show();
        opened.shell().open("create");
        opened.session().warmUp();
        opened.models().search();
    }

    @Override
    public void stop() {
        if (studio != null) {
            studio.close();
        }
    }

    /// The engine on this machine, with the starter model of this installation.
    static Engine openEngine(Folders folders) {
        Path home = Path.of(System.getProperty("lodestar.home", "")).toAbsolutePath();
        return Engine.open(new EngineOptions(home.resolve("models").resolve("starter"), folders.cache(), 0, Boolean.getBoolean("lodestar.anyMemory")));
    }
}
