package org.lodestar.studio.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextInputControl;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.StackPane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.studio.OnScreen;
import org.lodestar.studio.control.AbSlider;
import org.lodestar.studio.control.FlipView;
import org.lodestar.studio.control.HeatMap;
import org.lodestar.studio.control.PictureView;
import org.lodestar.studio.control.StepStrip;
import org.lodestar.studio.control.Viewport;
import org.lodestar.studio.fx.FxThread;
import org.lodestar.studio.fx.ManualPulse;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.session.FakeEngine;
import org.lodestar.studio.session.Settings;
import org.lodestar.studio.session.SettingsFile;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.theme.Theme;

class CompareViewTest {
    @TempDir
    private Path folder = Path.of("");

    private final StagedEngine engine = new StagedEngine();
    private final ManualPulse pulse = new ManualPulse();
    private CompareViewModel model;
    private OnScreen screen;

    @BeforeEach
    void open() {
        StudioSession session = new StudioSession(
                engine, pulse, FxThread.EXECUTOR, new SettingsFile(folder.resolve("settings.json")), Settings.initial(folder.resolve("pictures"), folder.resolve("wildcards"), java.util.List.of()));
        model = new CompareViewModel(session, FakeEngine.INSTRUMENTS, new PreviewWorker(Runnable::run, Runnable::run), new Random(3));
        model.form().stepsProperty().set(4);
        screen = OnScreen.show(
                () -> {
                    CompareView view = new CompareView(model);
                    StackPane root = new StackPane(view);
                    root.addEventFilter(KeyEvent.KEY_PRESSED, view::onKey);
                    return root;
                },
                1000,
                628,
                Theme.DARK);
    }

    @AfterEach
    void close() {
        screen.close();
    }

    @Test
    void aPromptAndCtrlEnterRunBothLanes() {
        screen.click("#prompt");
        screen.type("fox");
        screen.keys(KeyCode.CONTROL, KeyCode.ENTER);
        assertThat(engine.latest().lanes()).hasSize(2).allMatch(spec -> spec.prompt().equals("fox"));
        assertThat(screen.find("#stop", Button.class).isDisabled()).isFalse();
    }

    @Test
    void typingDigitsAndLettersInThePromptChangesNoMode() {
        screen.click("#prompt");
        screen.type("2 f 4");
        assertThat(screen.find("#prompt", TextInputControl.class).getText()).isEqualTo("2 f 4");
        assertThat(model.modeProperty().get()).isEqualTo(CompareMode.SIDE_BY_SIDE);
    }

    @Test
    void escStopsTheRunAlsoFromThePrompt() {
        screen.click("#prompt");
        screen.keys(KeyCode.CONTROL, KeyCode.ENTER);
        screen.keys(KeyCode.ESCAPE);
        assertThat(engine.latest().cancelled).isTrue();
    }

    @Test
    void bothLanesShowTheSameStepAndScrubTogether() {
        screen.act(model::run);
        steps(3);
        List<PictureView> views = pictures();
        assertThat(views).hasSize(2).allMatch(view -> view.pictureProperty().get() != null);
        StepStrip strip = screen.find("#steps-strip", StepStrip.class);
        screen.focus(strip);
        screen.keys(KeyCode.HOME);
        assertThat(model.shown().steps().selectedProperty().get()).isZero();
        assertThat(strip.selectedProperty().get()).isZero();
        steps(1);
        assertThat(model.shown().steps().selectedProperty().get()).isZero();
        screen.keys(KeyCode.END);
        assertThat(model.shown().steps().selectedProperty().get()).isEqualTo(3);
    }

    @Test
    void digitsChooseTheMode() {
        screen.act(model::run);
        steps(2);
        screen.focus(screen.find("#steps-strip", StepStrip.class));
        screen.keys(KeyCode.DIGIT2);
        assertThat(screen.find(".ab-slider", AbSlider.class).isVisible()).isTrue();
        assertThat(screen.find(".ab-slider", AbSlider.class).secondProperty().get()).isNotNull();
        screen.keys(KeyCode.DIGIT4);
        assertThat(screen.find(".heat-map", HeatMap.class).isVisible()).isTrue();
        assertThat(screen.find(".heat-map", HeatMap.class).view().pictureProperty().get()).isNotNull();
        screen.keys(KeyCode.DIGIT1);
        assertThat(screen.find(".lane-pictures", Parent.class).isVisible()).isTrue();
    }

    @Test
    void theFlipKeyWorksFromAnyMode() {
        screen.act(model::run);
        steps(2);
        screen.focus(screen.find("#steps-strip", StepStrip.class));
        screen.keys(KeyCode.F);
        FlipView flip = screen.find(".flip-view", FlipView.class);
        assertThat(model.modeProperty().get()).isEqualTo(CompareMode.FLIP);
        assertThat(flip.shownProperty().get()).isEqualTo(1);
    }

    @Test
    void theLineBetweenTwoLanesIsDraggedWithTheMouse() {
        screen.act(model::run);
        steps(2);
        screen.click("#mode-slider");
        AbSlider slider = screen.find(".ab-slider", AbSlider.class);
        double half = slider.getWidth() / 2;
        screen.drag(slider, half, 40, half / 2, 40);
        assertThat(slider.positionProperty().get()).isCloseTo(0.25, within(0.02));
        Node onTop = screen.ask(() -> slider.getChildrenUnmodifiable().getLast());
        assertThat(onTop.getStyleClass()).contains("zoom-bar");
        assertThat(onTop.isVisible()).isTrue();
    }

    @Test
    void lanesAreAddedAndTakenOutWithTheirPartsAlsoLongAfter() {
        System.gc();
        screen.click("#add-lane");
        screen.click("#add-lane");
        assertThat(pictures()).hasSize(4);
        assertThat(screen.find("#add-lane", Button.class).isDisabled()).isTrue();
        assertThat(screen.find("#run", Button.class).getText()).contains("four");
        screen.click("#remove-lane-B");
        assertThat(pictures()).hasSize(3);
        assertThat(screen.find("#run", Button.class).getText()).contains("three");
        assertThat(screen.find("#policy-C", Button.class).isVisible()).isTrue();
    }

    @Test
    void theZoomButtonsCoverNoPictureOfAnyLane() {
        screen.click("#add-lane");
        screen.click("#add-lane");
        screen.act(model::run);
        steps(2);
        Node zoom = screen.find(".lane-pictures", Parent.class).getScene().lookup(".zoom-slot");
        assertThat(screen.ask(() -> zoom.localToScene(zoom.getLayoutBounds())).getWidth()).isPositive();
        for (PictureView view : pictures()) {
            assertThat(screen.ask(() -> view.localToScene(view.getLayoutBounds()).intersects(zoom.localToScene(zoom.getLayoutBounds())))).isFalse();
            assertThat(screen.ask(() -> view.lookupAll(".zoom-bar").stream().anyMatch(Node::isVisible))).as("on the picture").isFalse();
        }
        screen.click("#mode-slider");
        assertThat(zoom.isVisible()).as("other modes have room for their own").isFalse();
    }

    @Test
    void theZoomButtonsBelowTheLanesAndTheKeysZoomAllOfThem() {
        screen.act(model::run);
        steps(2);
        screen.click(zoomButton("1:1"));
        assertThat(pictures()).hasSize(2).extracting(view -> view.viewportProperty().get()).allMatch(seen -> !seen.fit() && seen.zoom() == 1).containsOnly(pictures().getFirst().viewportProperty().get());
        screen.click(zoomButton("Fit"));
        assertThat(pictures()).extracting(view -> view.viewportProperty().get()).containsOnly(Viewport.FIT);

        screen.focus(pictures().getFirst());
        screen.keys(KeyCode.CONTROL, KeyCode.DIGIT1);
        assertThat(pictures()).hasSize(2).extracting(view -> view.viewportProperty().get()).allMatch(seen -> !seen.fit() && seen.zoom() == 1).containsOnly(pictures().getFirst().viewportProperty().get());
    }

    private Button zoomButton(String text) {
        return screen.ask(() -> screen.find(".lane-pictures", Parent.class).getScene().getRoot().lookupAll(".zoom-slot .chip").stream()
                .filter(Button.class::isInstance)
                .map(Button.class::cast)
                .filter(button -> button.getText().equals(text))
                .findFirst()
                .orElseThrow());
    }

    @Test
    void whereThereIsNoPictureTheStageSaysWhy() {
        Label hint = screen.find(".stage > .empty-text", Label.class);
        assertThat(hint.isVisible()).isTrue();
        assertThat(hint.getText()).startsWith("Describe a picture");
        screen.act(model::run);
        assertThat(hint.getText()).contains("comes in a moment");
        engine.latest().end(new RunOutcome.Failed(new EngineException.InferenceFailure("It broke.", null)));
        frames();
        assertThat(hint.isVisible()).isTrue();
        assertThat(hint.getText()).contains("No picture came");
        screen.act(model::run);
        steps(2);
        assertThat(hint.isVisible()).as("there is a picture").isFalse();
    }

    @Test
    void allPicturesShareOneZoom() {
        screen.act(model::run);
        steps(2);
        List<PictureView> views = pictures();
        screen.wheel(views.getFirst(), 60, 60, 2);
        assertThat(views.getFirst().viewportProperty().get().fit()).isFalse();
        assertThat(views.get(1).viewportProperty().get()).isEqualTo(views.getFirst().viewportProperty().get());
        assertThat(screen.find(".ab-slider", AbSlider.class).viewportProperty().get()).isEqualTo(views.getFirst().viewportProperty().get());
    }

    @Test
    void whatIsWrongStandsInTheWindowAndNothingElseChanges() {
        screen.act(() -> {
            model.form().stepsProperty().set(0);
            model.run();
        });
        Label problems = screen.find("#problems", Label.class);
        assertThat(problems.isVisible()).isTrue();
        assertThat(problems.getText()).contains("found 0");
        screen.act(() -> {
            model.form().stepsProperty().set(4);
            model.run();
        });
        assertThat(problems.isVisible()).isFalse();
    }

    @Test
    void thePolicyOfALaneOpensInACardAndEditingItSaysSo() {
        screen.act(model::run);
        screen.click("#policy-A");
        screen.until(() -> javafx.stage.Window.getWindows().size() > 1);
        screen.act(() -> model.lanes().getFirst().guidance().show(Term.parseStack("cfg(w=3)")));
        assertThat(screen.find(".edited", Label.class).isVisible()).isTrue();
        screen.click("#policy-A");
    }

    @Test
    void theSlotForThePictureToStartFromOpensAtItsButton() {
        screen.click("#source");
        screen.until(() -> javafx.stage.Window.getWindows().size() > 1);
        assertThat(screen.ask(() -> javafx.stage.Window.getWindows().stream().anyMatch(window -> window.getScene().lookup("#source-choose") != null))).isTrue();
        screen.act(() -> model.form().source().choose(Path.of("fox.png")));
        assertThat(screen.find("#source", Button.class).getText()).isEqualTo("From a picture");
        screen.keys(KeyCode.ESCAPE);
        screen.until(() -> javafx.stage.Window.getWindows().size() == 1);
    }

    @Test
    void aFifthLaneIsRefusedWithAReason() {
        screen.click("#add-lane");
        screen.click("#add-lane");
        Node holder = screen.find("#add-lane", Button.class).getParent();
        assertThat(screen.ask(() -> holder.getProperties().values()).stream().filter(Tooltip.class::isInstance).map(tip -> ((Tooltip) tip).getText()))
                .singleElement().asString().contains("Four lanes are the most");
    }

    @Test
    void exportIsOfferedWhenAllPicturesAreThere() {
        Button export = screen.find("#export", Button.class);
        assertThat(export.isDisabled()).isTrue();
        screen.act(model::run);
        steps(4);
        engine.latest().finish(0, StagedEngine.grey(200, 16));
        engine.latest().finish(1, StagedEngine.grey(100, 16));
        engine.latest().end(new RunOutcome.Completed());
        frames();
        assertThat(export.isDisabled()).isFalse();
        screen.keys(KeyCode.CONTROL, KeyCode.E);
        assertThat(screen.find("#notice", Label.class).getText()).contains("-compare.png");
        assertThat(screen.find("#metric-SSIM", Label.class).getText()).isEqualTo("1.000");
    }

    @ParameterizedTest
    @CsvSource({"2,1400,828,DARK", "4,1400,828,LIGHT", "2,1000,628,LIGHT", "4,1000,628,DARK"})
    void everythingStaysInsideTheWindow(int lanes, double width, double height, Theme theme) {
        screen.theme(theme);
        screen.resize(width, height);
        screen.act(() -> {
            while (model.lanes().size() < lanes) {
                model.addLane();
            }
            model.form().promptProperty().set("a red fox with very soft fur, ".repeat(12));
            model.form().negativeProperty().set("blurry, ".repeat(40));
            model.run();
        });
        steps(2);
        screen.settle();
        List<String> outside = new ArrayList<>();
        screen.act(() -> collectOutside(screen.scene().getRoot(), width, height, outside));
        assertThat(outside).isEmpty();
        assertThat(pictures()).allMatch(view -> view.getHeight() >= 100);
        assertThat(screen.styleWarnings()).isEmpty();
    }

    @Test
    void everyControlHasAName() {
        List<String> nameless = new ArrayList<>();
        screen.act(() -> collectNameless(screen.scene().getRoot(), nameless));
        assertThat(nameless).isEmpty();
    }

    private static void collectOutside(Node node, double width, double height, List<String> outside) {
        if (!node.isVisible()) {
            return;
        }
        if (node instanceof Control && !(node.getParent() instanceof Control)) {
            Bounds place = node.localToScene(node.getLayoutBounds());
            if (place.getMinX() < -0.5 || place.getMinY() < -0.5 || place.getMaxX() > width + 0.5 || place.getMaxY() > height + 0.5) {
                outside.add(node + " at " + place);
            }
        } else if (node instanceof Parent parent) {
            parent.getChildrenUnmodifiable().forEach(child -> collectOutside(child, width, height, outside));
        }
    }

    private static void collectNameless(Node node, List<String> nameless) {
        if (node.isFocusTraversable()) {
            boolean named = node.getAccessibleText() != null || (node instanceof javafx.scene.control.Labeled labeled && !labeled.getText().isBlank());
            if (!named) {
                nameless.add(node.toString());
            }
        }
        if (node instanceof Parent parent && !(node instanceof Control)) {
            parent.getChildrenUnmodifiable().forEach(child -> collectNameless(child, nameless));
        }
    }

    private List<PictureView> pictures() {
        return screen.ask(() -> screen.find(".lane-pictures", Parent.class).getChildrenUnmodifiable().stream().map(PictureView.class::cast).toList());
    }

    private void steps(int count) {
        for (int i = 0; i < count; i++) {
            engine.latest().step();
        }
        frames();
    }

    private void frames() {
        screen.act(() -> {
            for (int i = 0; i < engine.latest().eventsSince(0).size(); i++) {
                pulse.advance(16);
            }
        });
    }
}
