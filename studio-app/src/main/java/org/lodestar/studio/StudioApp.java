package org.lodestar.studio;

import java.util.random.RandomGenerator;
import javafx.application.Application;
import javafx.scene.Scene;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.cli.Installation;
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
        Installation here = Installation.ofThisSystem();
        Look.loadFonts();
        Composition opened = new Composition(Engine.open(here.options(0)), Instruments.catalog(here.calibrations()), here, RandomGenerator.getDefault(), folder -> getHostServices().showDocument(folder.toUri().toString()));
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
}
