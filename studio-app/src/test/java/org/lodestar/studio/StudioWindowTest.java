package org.lodestar.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.MenuButton;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.VBox;
import javafx.scene.text.Text;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.studio.control.PictureView;
import org.lodestar.studio.create.CreateViewModel;
import org.lodestar.studio.session.FakeEngine;
import org.lodestar.studio.session.FakeRun;
import org.lodestar.studio.session.FinishedPicture;
import org.lodestar.studio.theme.Theme;

class StudioWindowTest {
    private static final double WIDTH = 1400;
    private static final double HEIGHT = 900;

    @TempDir
    Path folder;

    private final FakeEngine engine = new FakeEngine();
    private StudioWindow window;
    private CreateViewModel create;

    @BeforeEach
    void open() {
        window = StudioWindow.open(engine, folder, WIDTH, HEIGHT);
        create = window.studio().create();
    }

    @AfterEach
    void close() {
        window.close();
    }

    private FakeRun generate(String prompt) {
        window.run(() -> create.recipe().form().promptProperty().set(prompt));
        window.press(KeyCode.CONTROL, KeyCode.ENTER);
        FakeRun run = engine.run();
        run.start();
        return run;
    }

    private FakeRun generated(String prompt) {
        FakeRun run = generate(prompt);
        run.finish();
        window.await("the run is over", () -> !create.runningProperty().get());
        return run;
    }

    private void number(String id, String text) {
        TextField field = (TextField) window.find(id, VBox.class).lookup(".number");
        window.run(field::requestFocus);
        window.run(field::selectAll);
        window.type(text);
        window.press(KeyCode.ENTER);
    }

    @Test
    void aTypedPromptAndCtrlEnterMakeAPicture() {
        window.type("a red fox");
        window.press(KeyCode.CONTROL, KeyCode.ENTER);
        assertThat(engine.runs()).hasSize(1);
        assertThat(engine.run().lanes().getFirst().prompt()).isEqualTo("a red fox");
        engine.run().finish();
        window.await("the picture is in the history", () -> create.history().entries().size() == 1);
    }

    @Test
    void escapeStopsTheRun() {
        FakeRun run = generate("fox");
        run.advance(3);
        window.await("three steps are shown", () -> create.stage().steps().doneProperty().get() == 3);
        window.press(KeyCode.ESCAPE);
        assertThat(run.isOver()).isTrue();
        window.await("it stopped", () -> !create.runningProperty().get());
    }

    @Test
    void aValueTypedOnACardIsInTheNextSpecAndActsOnTheRunInFlight() {
        FakeRun run = generate("fox");
        run.advance(4);
        number("w", "9");
        run.advance(1);
        window.await("the mark is there", () -> run.lanes().getFirst().edits().size() == 1);
        assertThat(Term.text(run.lanes().getFirst().at(4).policy())).isEqualTo("cfg(w=9)");
        assertThat(Term.text(create.recipe().spec().policy())).isEqualTo("cfg(w=9)");
    }

    @Test
    void liveRunsAgainAfterAnEdit() {
        window.run(() -> create.liveProperty().set(true));
        window.focus("prompt");
        window.type("fox");
        window.await("a run came by itself", () -> !engine.runs().isEmpty());
        assertThat(engine.run().lanes().getFirst().prompt()).isEqualTo("fox");
    }

    @Test
    void branchHereContinuesFromTheScrubbedStep() {
        generated("fox");
        window.run(() -> create.stage().steps().select(5));
        number("w", "12");
        window.click("branch");
        assertThat(engine.runs()).hasSize(2);
        assertThat(engine.run().stepsDone(0)).isEqualTo(5);
        assertThat(engine.run().lanes().getFirst().edits().getFirst().change().policy()).isPresent();
    }

    @Test
    void whatIsWrongStandsInTheWindowAndNotInADialog() {
        Problem problem = new Problem("size", "a multiple of 8", "100x100", "Choose 96x96 or 104x104");
        engine.refuse(new EngineException.InvalidInput(List.of(problem)));
        window.press(KeyCode.CONTROL, KeyCode.ENTER);
        assertThat(window.find("problems", VBox.class).isVisible()).isTrue();
        assertThat(window.find("problems", VBox.class).getChildren())
                .singleElement()
                .satisfies(label -> assertThat(((Label) label).getText()).isEqualTo(problem.sentence()));
        assertThat(window.windows()).hasSize(1);
        engine.refuse(null);
        window.press(KeyCode.CONTROL, KeyCode.ENTER);
        assertThat(window.find("problems", VBox.class).isVisible()).isFalse();
    }

    @Test
    void theFormStaysEditableWhileARunGoesOn() {
        generate("fox");
        assertThat(window.find("prompt", TextArea.class).isDisabled()).isFalse();
        assertThat(window.find("generate", Button.class).isDisabled()).isFalse();
        window.focus("prompt");
        window.press(KeyCode.END);
        window.type("!");
        assertThat(create.recipe().form().promptProperty().get()).isEqualTo("fox!");
    }

    @Test
    void aSliderDraggedDuringARunActsFromItsNextStep() {
        FakeRun run = generate("fox");
        run.advance(4);
        window.drag(window.find("w", VBox.class).lookup(".thumb"), 60, 0);
        run.advance(1);
        window.await("the edit is there", () -> !run.lanes().getFirst().edits().isEmpty());
        String dragged = Term.text(create.recipe().guidance().stack());
        assertThat(dragged).isNotEqualTo("cfg(w=5)");
        assertThat(Term.text(run.lanes().getFirst().at(3).policy())).isEqualTo("cfg(w=5)");
        assertThat(Term.text(run.lanes().getFirst().at(4).policy())).isEqualTo(dragged);
        assertThat(engine.runs()).hasSize(1);
    }

    @Test
    void stopIsOffWithoutARunAndStopsOne() {
        assertThat(window.find("stop", Button.class).isDisabled()).isTrue();
        FakeRun run = generate("fox");
        run.advance(2);
        window.click("stop");
        assertThat(run.isOver()).isTrue();
        window.await("it is off again", () -> window.find("stop", Button.class).isDisabled());
    }

    @Test
    void liveIsSwitchedByMouseAndByCtrlL() {
        window.click(window.find("live", Control.class).lookup(".thumb-area"));
        assertThat(create.liveProperty().get()).isTrue();
        window.press(KeyCode.CONTROL, KeyCode.L);
        assertThat(create.liveProperty().get()).isFalse();
    }

    @Test
    void aPictureDroppedOnTheWindowBringsItsSettingsBack() throws IOException {
        Path file = finishedPicture("a red fox");
        window.run(() -> create.recipe().form().promptProperty().set("something else"));
        window.run(() -> window.studio().shell().open("models"));
        assertThat(window.drop(window.studio().shell(), file)).isTrue();
        window.await("the prompt is back", () -> create.recipe().form().promptProperty().get().equals("a red fox"));
        assertThat(window.ask(() -> window.studio().shell().currentProperty().get().id())).isEqualTo("create");
    }

    @Test
    void aFileThatIsNoPictureIsNotTaken() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "no picture");
        assertThat(window.drop(window.studio().shell(), file)).isFalse();
        assertThat(window.drop(window.find("source-choose", Button.class), file)).isFalse();
    }

    @Test
    void aPictureDroppedOnTheSourceSlotIsStartedFromUntilItIsTakenOut() throws IOException {
        Path file = finishedPicture("a red fox");
        window.run(() -> create.recipe().form().promptProperty().set("a grey fox"));
        assertThat(window.drop(window.find("source-choose", Button.class), file)).isTrue();
        assertThat(create.recipe().form().promptProperty().get()).as("the settings stay").isEqualTo("a grey fox");
        assertThat(window.find("source-picture", Label.class).getText()).contains(String.valueOf(file.getFileName()));
        number("source-strength", "0.25");
        window.run(() -> create.recipe().form().source().mask(file));
        assertThat(create.recipe().spec().source()).hasValueSatisfying(source -> {
            assertThat(source.strength()).isEqualTo(0.25);
            assertThat(source.mask()).isPresent();
        });
        window.click("source-mask-clear");
        assertThat(create.recipe().spec().source().orElseThrow().mask()).isEmpty();
        assertThat(window.find("source-mask-choose", Button.class).isVisible()).isTrue();
        window.click("source-picture-clear");
        assertThat(create.recipe().spec().source()).isEmpty();
    }

    private Path finishedPicture(String prompt) throws IOException {
        generated(prompt);
        FinishedPicture finished = create.history().entries().getFirst().picture();
        return Files.write(folder.resolve("fox.png"), PictureFile.encode(finished.image(), finished.record()));
    }

    @Test
    void theBracketsMenuChangesHowPromptsAreRead() {
        MenuButton menu = window.find("syntax", MenuButton.class);
        window.focus("syntax");
        window.press(KeyCode.SPACE);
        assertThat(window.ask(menu::isShowing)).isTrue();
        window.press(KeyCode.DOWN);
        window.press(KeyCode.DOWN);
        window.press(KeyCode.ENTER);
        assertThat(create.recipe().form().syntaxProperty().get()).isEqualTo(Dialect.COMFY);
        assertThat(menu.getText()).contains("ComfyUI");
    }

    @Test
    void arrowsScrubWhereNothingElseWantsThem() {
        generated("fox");
        window.focus("picture");
        window.press(KeyCode.LEFT);
        window.press(KeyCode.LEFT);
        assertThat(create.stage().steps().selectedProperty().get()).isEqualTo(17);
        window.press(KeyCode.HOME);
        assertThat(create.stage().steps().selectedProperty().get()).isZero();
        window.focus("prompt");
        window.press(KeyCode.RIGHT);
        assertThat(create.stage().steps().selectedProperty().get()).as("the caret moves instead").isZero();
    }

    @Test
    void aDoubleClickInTheHistoryTakesTheSettingsAndItsMenuComparesThem() {
        generated("a red fox");
        window.run(() -> create.recipe().form().promptProperty().set("something else"));
        Button entry = (Button) window.scene().getRoot().lookup(".history-picture");
        window.doubleClick(entry);
        assertThat(create.recipe().form().promptProperty().get()).isEqualTo("a red fox");
        window.run(() -> entry.getContextMenu().getItems().getLast().fire());
        assertThat(window.ask(() -> window.studio().shell().currentProperty().get().id())).isEqualTo("compare");
        assertThat(window.studio().compare().form().promptProperty().get()).isEqualTo("a red fox");
    }

    @Test
    void aSeedThatIsTypedStays() {
        window.focus("seed");
        window.press(KeyCode.CONTROL, KeyCode.A);
        window.type("4294967295");
        window.press(KeyCode.ENTER);
        assertThat(create.recipe().form().seedProperty().get()).isEqualTo(4294967295L);
        assertThat(create.recipe().seedLockedProperty().get()).isTrue();
        window.click("roll-seed");
        assertThat(create.recipe().form().seedProperty().get()).isNotEqualTo(4294967295L);
    }

    @Test
    void aRunThatFailedBeforeItsFirstStepDoesNotPromiseAPicture() {
        FakeRun run = generate("fox");
        run.fail(new EngineException.NumericalFailure("step 1: found NaN"));
        window.await("it failed", () -> !create.runningProperty().get());
        assertThat(window.find("picture", PictureView.class).emptyTextProperty().get()).startsWith("No picture came of this run");
    }

    @Test
    void tabLeadsFromThePromptToTheNegativePrompt() {
        window.focus("prompt");
        window.press(KeyCode.TAB);
        assertThat(window.ask(() -> window.scene().getFocusOwner().getId())).isEqualTo("negative");
    }

    @Test
    void ctrlUpAndCtrlDownChangeTheWeightOfTheWordAtTheCaret() {
        window.focus("prompt");
        window.type("red fox");
        window.press(KeyCode.CONTROL, KeyCode.UP);
        assertThat(create.recipe().form().promptProperty().get()).isEqualTo("red (fox:1.05)");
        window.press(KeyCode.CONTROL, KeyCode.DOWN);
        assertThat(create.recipe().form().promptProperty().get()).isEqualTo("red fox");
    }

    @Test
    void aQuestionMarkInThePromptOpensNothing() {
        window.focus("prompt");
        window.type("why?");
        assertThat(create.recipe().form().promptProperty().get()).isEqualTo("why?");
        assertThat(window.visibleNodes()).noneMatch(node -> node.getStyleClass().contains("floating"));
    }

    @Test
    void f1ListsTheKeysAndEscapeClosesTheList() {
        window.press(KeyCode.F1);
        assertThat(window.visibleNodes()).anyMatch(node -> node.getStyleClass().contains("floating"));
        window.press(KeyCode.ESCAPE);
        assertThat(window.visibleNodes()).noneMatch(node -> node.getStyleClass().contains("floating"));
    }

    @Test
    void altThreeOpensTheModelsWhichCanBeUnloaded() {
        window.press(KeyCode.ALT, KeyCode.DIGIT3);
        assertThat(window.find("models-state", Label.class).getText()).startsWith("Starter");
        assertThat(window.ask(() -> window.scene().getFocusOwner().getId())).isEqualTo("models-search");
        window.click("models-unload");
        assertThat(window.find("models-state", Label.class).getText()).startsWith("No model in memory");
        assertThat(window.find("models-unload", Button.class).isVisible()).isFalse();
    }

    @Test
    void theModelsNameOpensTheScreenToChooseAnother() {
        window.click("model");
        assertThat(window.ask(() -> window.studio().shell().currentProperty().get().id())).isEqualTo("models");
    }

    @Test
    void whatFloatsIsClosedByMouseToo() {
        window.click("open-settings");
        assertThat(window.find("settings", VBox.class).isVisible()).isTrue();
        window.click("close-floating");
        assertThat(window.visibleNodes()).noneMatch(node -> node.getStyleClass().contains("floating"));
    }

    @Test
    void withoutAModelTheCanvasSaysWhyAndWhatToDo() {
        engine.loads(CompletableFuture.failedFuture(new EngineException.OutputFailure("Model: expected a folder, found none. Choose another.", null)));
        window.run(window.studio().session()::warmUp);
        assertThat(window.find("picture", PictureView.class).emptyTextProperty().get()).startsWith("Model: expected a folder, found none").contains("Alt+3");
    }

    @Test
    void theChosenThemeIsKept() {
        window.click("theme");
        assertThat(window.studio().session().settingsProperty().get().theme()).isEqualTo(Theme.LIGHT);
        assertThat(folder.resolve("settings.json")).content().contains("light");
    }

    @ParameterizedTest
    @CsvSource({"1000, 700", "1400, 900"})
    void nothingIsClippedAndNoTextIsCutShort(double width, double height) {
        window.close();
        window = StudioWindow.open(engine, folder, width, height);
        create = window.studio().create();
        generated("a red fox");
        List<String> wrong = new ArrayList<>();
        window.visibleNodes().stream().filter(node -> !inScrollPane(node)).forEach(node -> {
            Bounds bounds = node.localToScene(node.getLayoutBounds());
            if (node instanceof Control && (bounds.getMaxX() > width + 0.5 || bounds.getMaxY() > height + 0.5 || bounds.getMinX() < -0.5 || bounds.getMinY() < -0.5)) {
                wrong.add(node + " reaches to " + bounds.getMaxX() + ", " + bounds.getMaxY());
            }
        });
        window.visibleNodes().stream().filter(StudioWindowTest::isCutShort).forEach(node -> wrong.add(node + " is cut short"));
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyControlSaysWhatItIs() {
        generated("fox");
        List<Node> silent = window.visibleNodes().stream()
                .filter(node -> node instanceof Control && node.isFocusTraversable())
                .filter(node -> said(node).isBlank())
                .toList();
        assertThat(silent).isEmpty();
    }

    private static String said(Node node) {
        String text = node.getAccessibleText();
        if ((text == null || text.isBlank()) && node instanceof Labeled labeled) {
            return String.valueOf(labeled.getText());
        }
        return text == null ? "" : text;
    }

    private static boolean inScrollPane(Node node) {
        return Stream.iterate(node, parent -> parent != null, Node::getParent).anyMatch(ScrollPane.class::isInstance);
    }

    private static boolean isCutShort(Node node) {
        return node instanceof Labeled labeled
                && !labeled.getStyleClass().contains("card-title")
                && labeled.lookup(".text") instanceof Text shown
                && !labeled.isWrapText()
                && !labeled.getText().isEmpty()
                && !shown.getText().equals(labeled.getText());
    }
}
