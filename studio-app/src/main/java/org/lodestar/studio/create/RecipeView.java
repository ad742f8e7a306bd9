package org.lodestar.studio.create;

import javafx.css.PseudoClass;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.control.SpinnerValueFactory;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.InWords;
import org.lodestar.studio.control.QuietScroll;
import org.lodestar.studio.control.WholeField;
import org.lodestar.studio.form.DescriptorBox;
import org.lodestar.studio.form.FormViewModel;
import org.lodestar.studio.form.PromptFields;
import org.lodestar.studio.form.SizeBox;
import org.lodestar.studio.guidance.ChoiceViewModel;
import org.lodestar.studio.guidance.GuidanceView;
import org.lodestar.studio.guidance.ParameterControl;
import org.lodestar.studio.guidance.ParameterList;
import org.lodestar.studio.source.SourceView;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The form: prompts, size, steps, sampler, spacing, seed, guidance. It scrolls where the window is low.
final class RecipeView extends QuietScroll {
    private static final PseudoClass WRONG = PseudoClass.getPseudoClass("wrong");
    private static final double MARGIN = 8;

    private final RecipeViewModel model;
    private final FormViewModel form;
    private final PromptFields prompts;

    RecipeView(RecipeViewModel model) {
        this.model = model;
        this.form = model.form();
        prompts = PromptFields.of(form, 3);
        GuidanceView guidance = new GuidanceView(model.guidance());
        guidance.setOnAdded(this::scrollTo);
        VBox fields = new VBox(prompts.prompt(), prompts.negative(), new SourceView(form.source()), grid(), guidance);
        fields.getStyleClass().add("form");
        setColumn(fields);
    }

    /// Shows all of `node`, or its top where it is higher than the view; once it has its place.
    private void scrollTo(Node node) {
        Scene scene = getScene();
        if (scene == null) {
            return;
        }
        scene.addPostLayoutPulseListener(new Runnable() {
            @Override
            public void run() {
                scene.removePostLayoutPulseListener(this);
                double room = getContent().getLayoutBounds().getHeight() - getViewportBounds().getHeight();
                Bounds place = getContent().sceneToLocal(node.localToScene(node.getLayoutBounds()));
                double least = place.getMaxY() - getViewportBounds().getHeight();
                double now = getVvalue() * Math.max(0, room);
                if (room > 0 && (now < least || now > place.getMinY())) {
                    setVvalue(Math.clamp(Math.min(place.getMinY(), least + MARGIN) / room, 0.0, 1.0));
                }
            }
        });
        scene.getRoot().requestLayout();
    }

    /// The text area where a new picture begins.
    Node promptArea() {
        return prompts.prompt().area();
    }

    private Node grid() {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("form-grid");
        ColumnConstraints half = new ColumnConstraints();
        half.setPercentWidth(50);
        grid.getColumnConstraints().addAll(half, half);
        grid.addRow(0, field(Words.of("recipe.size"), new SizeBox(form)), field(Words.of("recipe.steps"), steps()));
        grid.addRow(1, choice("sampler", form.sampler()), seed());
        VBox spacing = choice("spacing", form.spacing());
        spacing.getChildren().add(parameters(form.spacing()));
        grid.addRow(2, spacing, parameters(form.sampler()));
        return grid;
    }

    private static VBox choice(String id, ChoiceViewModel choice) {
        String name = Words.of("recipe." + id);
        return field(name, new DescriptorBox(choice, id, name));
    }

    private static VBox field(String name, Control control) {
        Label label = new Label(name);
        label.getStyleClass().add("caption");
        label.setLabelFor(control);
        control.setAccessibleText(name);
        control.setMaxWidth(Double.MAX_VALUE);
        VBox field = new VBox(label, control);
        field.getStyleClass().add("field");
        return field;
    }

    private Spinner<Integer> steps() {
        SpinnerValueFactory.IntegerSpinnerValueFactory values =
                new SpinnerValueFactory.IntegerSpinnerValueFactory(1, FormViewModel.MOST_STEPS, form.stepsProperty().get());
        values.setConverter(new InWords<>(String::valueOf, text -> parseSteps(text, values.getValue())));
        Spinner<Integer> spinner = new Spinner<>(values);
        spinner.setId("steps");
        spinner.setEditable(true);
        spinner.getEditor().setAccessibleText(Words.of("recipe.steps"));
        form.stepsProperty().subscribe(steps -> values.setValue(steps.intValue()));
        values.valueProperty().subscribe(steps -> form.stepsProperty().set(steps));
        spinner.getEditor().textProperty().subscribe(text -> spinner.pseudoClassStateChanged(WRONG, !isSteps(text)));
        spinner.setTooltip(new Hint(Words.of("recipe.steps.help", FormViewModel.MOST_STEPS)));
        return spinner;
    }

    private static boolean isSteps(String text) {
        return text.strip().matches("\\d{1,4}") && Integer.parseInt(text.strip()) >= 1 && Integer.parseInt(text.strip()) <= FormViewModel.MOST_STEPS;
    }

    private static Integer parseSteps(String text, Integer kept) {
        return isSteps(text) ? Integer.valueOf(text.strip()) : kept;
    }

    private static Node parameters(ChoiceViewModel choice) {
        VBox box = new VBox();
        choice.chosenProperty().subscribe(chosen -> {
            box.getChildren().setAll(new ParameterList(chosen.parameters(), 1, ParameterControl::of));
            box.setManaged(!chosen.parameters().isEmpty());
        });
        return box;
    }

    private Node seed() {
        WholeField field = new WholeField(Words.of("recipe.seed"), Words.of("recipe.seed.help"), 0, Long.MAX_VALUE, form.seedProperty().get());
        field.setId("seed");
        HBox.setHgrow(field, Priority.ALWAYS);
        field.valueProperty().bindBidirectional(form.seedProperty());
        field.setOnTyped(() -> model.seedLockedProperty().set(true));
        Button roll = Icons.button(Feather.SHUFFLE, Words.of("recipe.seed.roll"));
        roll.setId("roll-seed");
        roll.setOnAction(event -> form.rollSeed());
        ToggleButton lock = Icons.toggle(Feather.UNLOCK, Words.of("recipe.seed.lock"));
        lock.setId("lock-seed");
        lock.selectedProperty().bindBidirectional(model.seedLockedProperty());
        lock.selectedProperty().subscribe(locked -> lock.setGraphic(Icons.icon(locked ? Feather.LOCK : Feather.UNLOCK)));
        VBox named = field(Words.of("recipe.seed"), field);
        HBox row = new HBox(field, roll, lock);
        row.getStyleClass().add("seed-row");
        named.getChildren().setAll(named.getChildren().getFirst(), row);
        return named;
    }
}
