package org.lodestar.studio;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javafx.event.Event;
import javafx.geometry.Bounds;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.input.ScrollEvent;
import javafx.scene.paint.Color;
import javafx.stage.Stage;
import org.lodestar.studio.theme.Look;
import org.lodestar.studio.theme.Theme;
import org.testfx.api.FxRobot;
import org.testfx.api.FxToolkit;
import org.testfx.util.WaitForAsyncUtils;

/// A real window without a display, driven by mouse and keys: the one place that knows TestFX.
public final class OnScreen implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;
    private static final double NOTCH = 40;

    private final FxRobot robot = new FxRobot();
    private final Stage stage;
    private final StyleWarnings warnings;

    private OnScreen(Stage stage, StyleWarnings warnings) {
        this.stage = stage;
        this.warnings = warnings;
    }

    /// Makes something on the window's thread, before there is a window.
    public static <T> T make(Callable<T> maker) {
        startToolkit();
        return WaitForAsyncUtils.waitForAsyncFx(PATIENCE_SECONDS * 1000, maker);
    }

    /// Shows what `make` makes on the window's thread, in a window whose content has that size.
    public static OnScreen show(Supplier<? extends Parent> make, double width, double height, Theme theme) {
        StyleWarnings warnings = new StyleWarnings();
        Stage stage = make(() -> {
            Look.loadFonts();
            Stage fresh = new Stage();
            Scene scene = new Scene(make.get(), width, height);
            Look.apply(theme, scene);
            fresh.setScene(scene);
            fresh.setX(0);
            fresh.setY(0);
            fresh.show();
            fresh.requestFocus();
            return fresh;
        });
        OnScreen shown = new OnScreen(stage, warnings);
        shown.until(stage::isFocused);
        return shown;
    }

    static Stage startToolkit() {
        // The displayless platform throws while it copies a window larger than its fixed screen of 1000x1000 onto it. Nobody looks at that screen, so this must not fail the test that waits next.
        WaitForAsyncUtils.autoCheckException = false;
        try {
            return FxToolkit.registerPrimaryStage();
        } catch (TimeoutException e) {
            throw new IllegalStateException("the toolkit did not start", e);
        }
    }

    /// Runs `action` on the window's thread and waits until its effects are laid out.
    public void act(Runnable action) {
        ask(() -> {
            action.run();
            return true;
        });
        settle();
    }

    /// Asks on the window's thread.
    public <T> T ask(Callable<T> question) {
        return WaitForAsyncUtils.waitForAsyncFx(PATIENCE_SECONDS * 1000, question);
    }

    /// Waits until `condition` holds on the window's thread.
    public void until(BooleanSupplier condition) {
        try {
            WaitForAsyncUtils.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS, () -> ask(condition::getAsBoolean));
        } catch (TimeoutException e) {
            throw new AssertionError("waited in vain", e);
        }
        settle();
    }

    /// The node that `selector` finds.
    public <T extends Node> T find(String selector, Class<T> type) {
        return ask(() -> {
            Node found = stage.getScene().lookup(selector);
            if (found == null) {
                throw new AssertionError("nothing on screen is " + selector);
            }
            return type.cast(found);
        });
    }

    public void click(Node node) {
        robot.clickOn(node);
        settle();
    }

    public void click(String selector) {
        click(find(selector, Node.class));
    }

    /// Clicks `x`, `y` within `node`.
    public void click(Node node, double x, double y) {
        robot.clickOn(onScreen(node, x, y));
        settle();
    }

    public void doubleClick(Node node) {
        robot.doubleClickOn(node);
        settle();
    }

    /// Drags from one place within `node` to another.
    public void drag(Node node, double fromX, double fromY, double toX, double toY) {
        robot.moveTo(onScreen(node, fromX, fromY));
        robot.press(MouseButton.PRIMARY);
        robot.moveTo(onScreen(node, (fromX + toX) / 2, (fromY + toY) / 2));
        robot.moveTo(onScreen(node, toX, toY));
        robot.release(MouseButton.PRIMARY);
        settle();
    }

    /// Turns the wheel over a place within `node`; positive is away from the user. Sent to the node itself, since the displayless platform misplaces turns of its robot's wheel.
    public void wheel(Node node, double x, double y, int notches) {
        Point2D place = onScreen(node, x, y);
        act(() -> Event.fireEvent(
                node,
                new ScrollEvent(
                        ScrollEvent.SCROLL, x, y, place.getX(), place.getY(), false, false, false, false, true, false, 0, NOTCH * notches, 0, NOTCH * notches,
                        ScrollEvent.HorizontalTextScrollUnits.NONE, 0, ScrollEvent.VerticalTextScrollUnits.NONE, 0, 0, null)));
    }

    /// Presses keys together and lets them go.
    public void keys(KeyCode... keys) {
        robot.press(keys);
        robot.release(keys);
        settle();
    }

    public void type(String text) {
        robot.write(text);
        settle();
    }

    public void focus(Node node) {
        act(node::requestFocus);
    }

    public void resize(double width, double height) {
        act(() -> {
            stage.setWidth(width);
            stage.setHeight(height);
        });
    }

    public void theme(Theme theme) {
        act(() -> Look.apply(theme, stage.getScene()));
    }

    public Scene scene() {
        return stage.getScene();
    }

    /// The colour shown at `x`, `y` within `node`.
    public Color colour(Node node, double x, double y) {
        return ask(() -> {
            WritableImage shot = stage.getScene().snapshot(null);
            Point2D at = node.localToScene(x, y);
            return shot.getPixelReader().getColor((int) at.getX(), (int) at.getY());
        });
    }

    /// What the style sheets made the toolkit complain about since the window was made.
    public List<String> styleWarnings() {
        return warnings.seen();
    }

    /// Waits until queued actions ran and the window was laid out.
    public void settle() {
        WaitForAsyncUtils.waitForFxEvents();
        ask(() -> {
            stage.getScene().getRoot().applyCss();
            stage.getScene().getRoot().layout();
            return true;
        });
        WaitForAsyncUtils.waitForFxEvents();
    }

    @Override
    public void close() {
        ask(() -> {
            stage.hide();
            return true;
        });
        warnings.end();
    }

    private Point2D onScreen(Node node, double x, double y) {
        Bounds place = ask(() -> node.localToScreen(node.getLayoutBounds()));
        return new Point2D(place.getMinX() + x, place.getMinY() + y);
    }

    /// Listens to the toolkit's complaints about style sheets.
    private static final class StyleWarnings extends Handler {
        private static final Logger LOGGER = Logger.getLogger("javafx.css");
        private final List<String> seen = new CopyOnWriteArrayList<>();

        StyleWarnings() {
            LOGGER.addHandler(this);
        }

        List<String> seen() {
            return List.copyOf(seen);
        }

        void end() {
            LOGGER.removeHandler(this);
        }

        @Override
        public void publish(LogRecord record) {
            seen.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
