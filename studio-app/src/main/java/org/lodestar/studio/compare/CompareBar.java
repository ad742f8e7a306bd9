package org.lodestar.studio.compare;

import atlantafx.base.controls.Popover;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.studio.control.Explained;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.WholeField;
import org.lodestar.studio.form.DescriptorBox;
import org.lodestar.studio.form.FormViewModel;
import org.lodestar.studio.form.PromptFields;
import org.lodestar.studio.form.SizeBox;
import org.lodestar.studio.prompt.PromptBox;
import org.lodestar.studio.source.SourceView;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The form on top: what all lanes share, how they are put together, and the way to run them.
final class CompareBar extends VBox {
    private final CompareViewModel model;
    private final FormViewModel form;
    private final PromptBox prompt;

    CompareBar(CompareViewModel model) {
        this.model = model;
        this.form = model.form();
        getStyleClass().add("compare-bar");
        PromptFields prompts = PromptFields.of(form, 2);
        prompt = prompts.prompt();
        PromptBox negative = prompts.negative();
        HBox.setHgrow(prompt, Priority.ALWAYS);
        HBox.setHgrow(negative, Priority.SOMETIMES);
        prompt.setPrefWidth(560);
        prompt.setMinWidth(240);
        negative.setPrefWidth(240);
        negative.setMinWidth(160);
        HBox texts = new HBox(prompt, negative, actions());
        texts.getStyleClass().add("texts");
        getChildren().addAll(texts, tools());
    }

    /// Where a new comparison begins.
    Node promptArea() {
        return prompt.area();
    }

    private Node actions() {
        Button run = new Button();
        run.setId("run");
        run.getStyleClass().addAll("accent", "run-button");
        run.setMaxWidth(Double.MAX_VALUE);
        run.setMaxHeight(Double.MAX_VALUE);
        run.setMinWidth(Region.USE_PREF_SIZE);
        run.setTooltip(new Hint(Words.of("compare.run.help")));
        run.setOnAction(event -> model.run());
        VBox.setVgrow(run, Priority.ALWAYS);
        model.lanes().subscribe(() -> run.setText(runText()));
        run.setText(runText());
        Button stop = new Button(Words.of("compare.stop"));
        stop.setId("stop");
        stop.getStyleClass().add("stop-button");
        stop.setMinWidth(Region.USE_PREF_SIZE);
        stop.setMaxWidth(Double.MAX_VALUE);
        stop.disableProperty().bind(model.shown().runningProperty().not());
        stop.setTooltip(new Hint(Words.of("compare.stop.help")));
        stop.setOnAction(event -> model.stop());
        VBox actions = new VBox(run, new Explained(stop, Words.of("compare.stop.off")));
        actions.getStyleClass().add("actions");
        return actions;
    }

    private String runText() {
        return Words.of("compare.run." + model.lanes().size());
    }

    private Node tools() {
        WholeField seed = new WholeField(Words.of("compare.seed"), Words.of("compare.seed.help"), 0, Long.MAX_VALUE, form.seedProperty().get());
        seed.setId("seed");
        seed.setPrefColumnCount(9);
        seed.valueProperty().bindBidirectional(form.seedProperty());
        Button roll = Icons.button(Feather.SHUFFLE, Words.of("compare.seed.roll"));
        roll.setId("roll-seed");
        roll.setOnAction(event -> form.rollSeed());
        WholeField steps = new WholeField(Words.of("compare.steps"), Words.of("compare.steps.help"), 1, FormViewModel.MOST_STEPS, form.stepsProperty().get());
        steps.setId("steps");
        steps.setPrefColumnCount(3);
        steps.valueProperty().bindBidirectional(form.stepsProperty());
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        HBox tools = new HBox(
                caption(Words.of("compare.seed"), seed), seed, roll,
                caption(Words.of("compare.steps"), steps), steps,
                new SizeBox(form), new DescriptorBox(form.sampler(), "sampler", Words.of("recipe.sampler")), source(),
                gap, modes(), addLane());
        tools.getStyleClass().add("tools");
        return tools;
    }

    private static Label caption(String text, Node of) {
        Label caption = new Label(text);
        caption.getStyleClass().add("caption");
        caption.setLabelFor(of);
        caption.setMinWidth(Region.USE_PREF_SIZE);
        return caption;
    }

    /// Says what all lanes start from, and opens the slot to change it.
    private Node source() {
        Button button = new Button(Words.of("compare.source"), Icons.icon(Feather.IMAGE));
        button.setId("source");
        button.getStyleClass().add("pill-button");
        button.setMinWidth(Region.USE_PREF_SIZE);
        Hint tooltip = new Hint();
        button.setTooltip(tooltip);
        form.source().sourceProperty().subscribe(from -> {
            button.setText(Words.of(from.isEmpty() ? "compare.source" : "compare.source.set"));
            tooltip.setText(from.map(chosen -> chosen.picture().path()).orElse(Words.of("compare.source.help")));
        });
        SourceView slot = new SourceView(form.source());
        slot.setPrefWidth(280);
        Popover popOver = new Popover(slot);
        popOver.setArrowLocation(Popover.ArrowLocation.TOP_LEFT);
        popOver.setDetachable(false);
        button.setOnAction(event -> popOver.show(button));
        return button;
    }

    private Node modes() {
        ToggleGroup group = new ToggleGroup();
        HBox modes = new HBox();
        modes.getStyleClass().add("modes");
        Map<CompareMode, ToggleButton> buttons = new EnumMap<>(CompareMode.class);
        for (CompareMode mode : CompareMode.values()) {
            ToggleButton button = new ToggleButton(Words.of("compare.mode." + mode));
            button.getStyleClass().add("mode-button");
            button.setId("mode-" + mode.name().toLowerCase(Locale.ROOT));
            button.setMinWidth(Region.USE_PREF_SIZE);
            button.setToggleGroup(group);
            button.setTooltip(new Hint(Words.of("compare.mode." + mode + ".help")));
            button.setOnAction(event -> {
                button.setSelected(true);
                model.modeProperty().set(mode);
            });
            buttons.put(mode, button);
            modes.getChildren().add(button);
        }
        model.modeProperty().subscribe(mode -> buttons.forEach((each, button) -> button.setSelected(each == mode)));
        return modes;
    }

    private Node addLane() {
        Button add = new Button(Words.of("compare.addLane"), Icons.icon(Feather.PLUS));
        add.setId("add-lane");
        add.getStyleClass().add("pill-button");
        add.setMinWidth(Region.USE_PREF_SIZE);
        add.setTooltip(new Hint(Words.of("compare.addLane.help")));
        add.setOnAction(event -> model.addLane());
        model.lanes().subscribe(() -> add.setDisable(model.lanes().size() == CompareViewModel.MOST_LANES));
        return new Explained(add, Words.of("compare.addLane.full"));
    }
}
