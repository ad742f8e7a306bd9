package org.lodestar.studio.create;

import atlantafx.base.controls.ToggleSwitch;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.studio.control.Explained;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The Create screen.
public final class CreateView extends BorderPane {
    private static final KeyCombination GENERATE = new KeyCodeCombination(KeyCode.ENTER, KeyCombination.SHORTCUT_DOWN);
    private static final KeyCombination BRANCH = new KeyCodeCombination(KeyCode.B, KeyCombination.SHORTCUT_DOWN);
    private static final KeyCombination LIVE = new KeyCodeCombination(KeyCode.L, KeyCombination.SHORTCUT_DOWN);

    private final CreateViewModel model;
    private final RecipeView recipe;

    public CreateView(CreateViewModel model) {
        this.model = model;
        this.recipe = new RecipeView(model.recipe());
        getStyleClass().add("create");
        TimelineView timeline = new TimelineView(model);
        CanvasView canvas = new CanvasView(model.stage(), model.welcomeProperty());
        VBox.setVgrow(canvas, Priority.ALWAYS);
        setLeft(left());
        setCenter(new VBox(canvas, timeline));
        setRight(new HistoryView(model));
        addEventHandler(KeyEvent.KEY_PRESSED, event -> scrub(event, timeline));
    }

    /// Where typing begins.
    public Node firstFocus() {
        return recipe.promptArea();
    }

    /// Generate, stop, branch and Live by keyboard, wherever the focus is.
    public void onKey(KeyEvent event) {
        if (GENERATE.match(event)) {
            model.generate();
        } else if (BRANCH.match(event)) {
            model.branchHere();
        } else if (LIVE.match(event)) {
            model.liveProperty().set(!model.liveProperty().get());
        } else if (event.getCode() == KeyCode.ESCAPE && model.runningProperty().get()) {
            model.stop();
        } else {
            return;
        }
        event.consume();
    }

    /// Keys that scrub belong to the control that has the focus first.
    private static void scrub(KeyEvent event, TimelineView timeline) {
        boolean plain = !event.isShortcutDown() && !event.isAltDown() && !(event.getTarget() instanceof TextInputControl);
        if (plain && timeline.scrub(event)) {
            event.consume();
        }
    }

    private VBox left() {
        VBox.setVgrow(recipe, Priority.ALWAYS);
        VBox left = new VBox(recipe, problems(), actions());
        left.getStyleClass().add("side");
        return left;
    }

    private Node problems() {
        VBox box = new VBox();
        box.getStyleClass().add("problems");
        box.setId("problems");
        model.problems().addListener((ListChangeListener<String>) change -> showProblems(box));
        showProblems(box);
        return box;
    }

    private void showProblems(VBox box) {
        box.getChildren().setAll(model.problems().stream().map(CreateView::problem).toList());
        box.setVisible(!model.problems().isEmpty());
        box.setManaged(!model.problems().isEmpty());
    }

    private static Node problem(String sentence) {
        Label label = new Label(sentence, Icons.icon(Feather.ALERT_CIRCLE));
        label.getStyleClass().add("problem");
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        return label;
    }

    private Node actions() {
        Button generate = new Button(Words.of("create.generate"));
        generate.getStyleClass().addAll("accent", "generate");
        generate.setId("generate");
        generate.setOnAction(event -> model.generate());
        generate.setTooltip(new Hint(Words.of("create.generate.help")));
        generate.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(generate, Priority.ALWAYS);
        Button stop = new Button(Words.of("create.stop"));
        stop.getStyleClass().add("stop");
        stop.setId("stop");
        stop.disableProperty().bind(model.runningProperty().not());
        stop.setOnAction(event -> model.stop());
        stop.setTooltip(new Hint(Words.of("create.stop.help")));
        ToggleSwitch live = new ToggleSwitch(Words.of("create.live"));
        live.setId("live");
        live.selectedProperty().bindBidirectional(model.liveProperty());
        live.setTooltip(new Hint(Words.of("create.live.help")));
        live.setAccessibleText(Words.of("create.live"));
        live.setAccessibleHelp(Words.of("create.live.help"));
        live.setMaxWidth(Double.MAX_VALUE);
        HBox buttons = new HBox(generate, new Explained(stop, Words.of("create.stop.off")));
        buttons.getStyleClass().add("buttons");
        VBox actions = new VBox(live, buttons);
        actions.getStyleClass().add("actions");
        return actions;
    }
}
