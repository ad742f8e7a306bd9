package org.lodestar.studio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import javafx.scene.Node;
import javafx.scene.control.ButtonBase;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Term;
import org.lodestar.studio.Scenario.Act;
import org.lodestar.studio.compare.CompareViewModel;
import org.lodestar.studio.create.CreateViewModel;
import org.lodestar.studio.session.ModelState;

/// Does in the window what a user would, for a [Scenario].
///
/// @param studio  the open studio
/// @param scratch a folder of its own
record Stagehand(Composition studio, Path scratch) {
    private static final int SLOW_STEPS = 150;
    private static final int SOME_STEPS = 12;

    CreateViewModel create() {
        return studio.create();
    }

    CompareViewModel compare() {
        return studio.compare();
    }

    /// Makes a picture on the Create screen.
    Act generate(String prompt, long seed, String policy) {
        return generate(() -> fill(prompt, seed, policy));
    }

    /// Makes a picture on the Create screen after `preparing` the form.
    Act generate(Runnable preparing) {
        return new Act(
                () -> {
                    preparing.run();
                    create().generate();
                },
                () -> !create().runningProperty().get());
    }

    /// The same, over while it is under way.
    Act begin(String prompt, long seed, String policy) {
        return new Act(
                () -> {
                    fill(prompt, seed, policy);
                    create().recipe().form().stepsProperty().set(SLOW_STEPS);
                    create().generate();
                },
                () -> create().stage().steps().doneProperty().get() >= SOME_STEPS);
    }

    private void fill(String prompt, long seed, String policy) {
        create().recipe().form().promptProperty().set(prompt);
        create().recipe().guidance().show(Term.parseStack(policy));
        create().recipe().form().seedProperty().set(seed);
        create().recipe().seedLockedProperty().set(true);
    }

    /// Puts policies into the lanes of the Compare screen, and runs them.
    Act compare(String prompt, String... policies) {
        return new Act(
                () -> {
                    fillLanes(prompt, policies);
                    compare().run();
                },
                () -> !compare().shown().runningProperty().get());
    }

    /// The same, over while it is under way.
    Act beginCompare(String prompt, String... policies) {
        return new Act(
                () -> {
                    fillLanes(prompt, policies);
                    compare().form().stepsProperty().set(SLOW_STEPS);
                    compare().run();
                },
                () -> compare().shown().steps().doneProperty().get() >= SOME_STEPS);
    }

    private void fillLanes(String prompt, String... policies) {
        compare().form().promptProperty().set(prompt);
        compare().form().seedProperty().set(3);
        while (compare().lanes().size() < policies.length) {
            compare().addLane();
        }
        for (int lane = 0; lane < policies.length; lane++) {
            compare().lanes().get(lane).guidance().show(Term.parseStack(policies[lane]));
        }
    }

    /// Presses the button of that id.
    Act press(String id) {
        return Act.now(() -> {
            Node node = studio.shell().lookup("#" + id);
            if (!(node instanceof ButtonBase button)) {
                throw new IllegalStateException("nothing to press is called " + id);
            }
            button.fire();
        });
    }

    /// Looks for models.
    Act search() {
        return new Act(studio.models()::search, () -> !studio.models().searchingProperty().get());
    }

    /// Chooses a model, over when it is loaded or refused.
    Act use(Path folder) {
        return new Act(() -> studio.session().use(folder), () -> !(studio.session().modelStateProperty().get() instanceof ModelState.Loading));
    }

    /// Puts the denoiser of a model that was found beside the loaded one.
    Act lend(String folder, Branch.Net role) {
        return new Act(
                () -> studio.models().found().stream()
                        .filter(model -> model.report().folder().endsWith(folder))
                        .forEach(model -> studio.models().lend(model, role)),
                () -> !(studio.session().modelStateProperty().get() instanceof ModelState.Loading));
    }

    /// Copies the loaded model.
    void copyModel(String name) {
        Path from = studio.session().model().orElseThrow().folder();
        Path to = scratch.resolve(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The newest finished picture's file.
    Path newestPicture() {
        Path file = create().history().entries().getFirst().picture().file();
        if (file == null) {
            throw new IllegalStateException("the newest picture is in no file");
        }
        return file;
    }

    /// Writes a file of its own.
    Path write(String name, String text) {
        try {
            Path file = scratch.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
