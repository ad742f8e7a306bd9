package org.lodestar.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.stage.Stage;
import javafx.stage.Window;
import org.lodestar.engine.Engine;
import org.lodestar.engine.cli.Installation;
import org.lodestar.studio.fx.FxThread;
import org.lodestar.studio.session.Instruments;
import org.lodestar.studio.theme.Look;
import org.testfx.api.FxRobot;
import org.testfx.api.FxToolkit;
import org.testfx.util.WaitForAsyncUtils;

/// The studio in a window without a display. The only class that knows TestFX: everything here runs on the test's thread and waits for the window's.
public final class StudioWindow implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final FxRobot robot = new FxRobot();
    private final Composition studio;
    private final Scene scene;

    private StudioWindow(Composition studio, Scene scene) {
        this.studio = studio;
        this.scene = scene;
    }

    /// Opens the window on `engine` with settings and pictures in `folder`.
    public static StudioWindow open(Engine engine, Path folder, double width, double height) {
        Stage stage = OnScreen.startToolkit();
        StudioWindow window = onWindow(() -> {
            Look.loadFonts();
            Installation here = new Installation(folder, folder, folder, folder, folder.resolve("pictures"));
            Composition studio = new Composition(engine, Instruments.catalog(here.calibrations()), here, new SplittableRandom(1), _ -> {});
            Scene scene = new Scene(studio.shell(), width, height);
            stage.setScene(scene);
            stage.sizeToScene();
            stage.show();
            studio.shell().open("create");
            studio.session().warmUp();
            return new StudioWindow(studio, scene);
        });
        window.settle();
        return window;
    }

    public Composition studio() {
        return studio;
    }

    public Scene scene() {
        return scene;
    }

    /// The node of that id, which must be there.
    public <N extends Node> N find(String id, Class<N> type) {
        Node node = onWindow(() -> scene.lookup("#" + id));
        assertThat(node).as("#" + id).isInstanceOf(type);
        return type.cast(node);
    }

    public void click(String id) {
        click(find(id, Node.class));
    }

    public void click(Node node) {
        robot.clickOn(node);
        settle();
    }

    /// Drags from the middle of `node` by some pixels.
    public void drag(Node node, double dx, double dy) {
        robot.moveTo(node);
        robot.press(MouseButton.PRIMARY);
        robot.moveBy(dx / 2, dy / 2);
        robot.moveBy(dx / 2, dy / 2);
        robot.release(MouseButton.PRIMARY);
        settle();
    }

    public void doubleClick(Node node) {
        robot.doubleClickOn(node);
        settle();
    }

    /// Drops files on `node`.
    ///
    /// @return whether they were taken
    public boolean drop(Node node, Path... files) {
        boolean taken = onWindow(() -> new FileDrop(files).on(node));
        settle();
        return taken;
    }

    /// Gives the keyboard to the node of that id.
    public void focus(String id) {
        Node node = find(id, Node.class);
        run(node::requestFocus);
    }

    public void type(String text) {
        robot.write(text, 0);
        settle();
    }

    public void press(KeyCode... keys) {
        robot.push(keys);
        settle();
    }

    /// Runs `action` on the window's thread.
    public void run(Runnable action) {
        onWindow(() -> {
            action.run();
            return true;
        });
        settle();
    }

    /// Waits until `condition`, looked at on the window's thread, holds.
    public void await(String what, BooleanSupplier condition) {
        try {
            WaitForAsyncUtils.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS, () -> onWindow(condition::getAsBoolean));
        } catch (TimeoutException e) {
            throw new AssertionError("still not: " + what, e);
        }
        settle();
    }

    /// All windows that are open, pop-ups included.
    public List<Window> windows() {
        return onWindow(() -> List.copyOf(Window.getWindows()));
    }

    /// All nodes that can be seen, parents first.
    public List<Node> visibleNodes() {
        return onWindow(() -> {
            scene.getRoot().applyCss();
            scene.getRoot().layout();
            List<Node> nodes = new ArrayList<>();
            collect(scene.getRoot(), nodes);
            return nodes;
        });
    }

    /// What the window looks like, in pixels.
    public WritableImage snapshot() {
        return onWindow(() -> scene.snapshot(null));
    }

    /// Asks something on the window's thread.
    public <T> T ask(Callable<T> question) {
        return onWindow(question);
    }

    @Override
    public void close() {
        run(studio::close);
        try {
            FxToolkit.cleanupStages();
        } catch (TimeoutException e) {
            throw new AssertionError("the window did not close", e);
        }
    }

    private void settle() {
        WaitForAsyncUtils.waitForFxEvents();
    }

    private static void collect(Node node, List<Node> into) {
        if (node.isVisible() && node.getOpacity() > 0) {
            into.add(node);
            if (node instanceof Parent parent) {
                parent.getChildrenUnmodifiable().forEach(child -> collect(child, into));
            }
        }
    }

    private static <T> T onWindow(Callable<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        FxThread.run(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception | AssertionError e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
