package org.lodestar.studio.create;

import java.util.Locale;
import java.util.function.Function;
import javafx.collections.ListChangeListener;
import javafx.css.PseudoClass;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Spinner;
import javafx.scene.control.SpinnerValueFactory;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.engine.pack.ModelInfo.Size;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.studio.guidance.ChoiceViewModel;
import org.lodestar.studio.guidance.GuidanceView;
import org.lodestar.studio.guidance.ParameterControl;
import org.lodestar.studio.guidance.ParameterList;
import org.lodestar.studio.prompt.PromptBox;
import org.lodestar.studio.prompt.SyntaxChoice;
import org.lodestar.studio.source.SourceView;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The form: prompts, size, steps, sampler, spacing, seed, guidance. It scrolls where the window is low.
final class RecipeView extends ScrollPane {
    private static final PseudoClass WRONG = PseudoClass.getPseudoClass("wrong");
    private static final int MOST_STEPS = 1000;
    private static final double MARGIN = 8;

    private final RecipeViewModel model;
    private final PromptBox prompt;

    RecipeView(RecipeViewModel model) {
        this.model = model;
        prompt = new PromptBox(Words.of("prompt.name"), Words.of("prompt.hint"), 3, model.promptProperty())
                .with(new SyntaxChoice(model.syntaxProperty()));
        prompt.area().setId("prompt");
        PromptBox negative = new PromptBox(
                Words.of("prompt.negative"), Words.of("prompt.negative.hint"), 2, model.negativeProperty());
        negative.area().setId("negative");
        GuidanceView guidance = new GuidanceView(model.guidance());
        guidance.setOnAdded(this::scrollTo);
        VBox form = new VBox(prompt, negative, new SourceView(model.source()), grid(), guidance);
        form.getStyleClass().add("form");
        getStyleClass().add("form-scroll");
        setContent(form);
        setFitToWidth(true);
        setHbarPolicy(ScrollBarPolicy.NEVER);
        setFocusTraversable(false);
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
        return prompt.area();
    }

    private Node grid() {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("form-grid");
        ColumnConstraints half = new ColumnConstraints();
        half.setPercentWidth(50);
        grid.getColumnConstraints().addAll(half, half);
        grid.addRow(0, field(Words.of("recipe.size"), size()), field(Words.of("recipe.steps"), steps()));
        grid.addRow(1, field(Words.of("recipe.sampler"), choice(model.sampler(), "sampler")), seed());
        VBox spacing = field(Words.of("recipe.spacing"), choice(model.spacing(), "spacing"));
        spacing.getChildren().add(parameters(model.spacing()));
        grid.addRow(2, spacing, parameters(model.sampler()));
        return grid;
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

    private ComboBox<Size> size() {
        ComboBox<Size> box = new ComboBox<>();
        box.setId("size");
        box.setEditable(true);
        box.getEditor().setAccessibleText(Words.of("recipe.size"));
        box.setConverter(converter(size -> size.width() + " × " + size.height(), text -> RecipeViewModel.parseSize(text).orElse(model.sizeProperty().get())));
        model.sizes().addListener((ListChangeListener<Size>) change -> showSizes(box));
        showSizes(box);
        model.sizeProperty().subscribe(box::setValue);
        box.valueProperty().subscribe(chosen -> {
            if (chosen != null) {
                model.sizeProperty().set(chosen);
            }
        });
        box.getEditor().textProperty().subscribe(text -> box.pseudoClassStateChanged(WRONG, RecipeViewModel.parseSize(text).isEmpty()));
        box.setTooltip(new Tooltip(Words.of("recipe.size.help")));
        return box;
    }

    private void showSizes(ComboBox<Size> box) {
        Size kept = model.sizeProperty().get();
        box.getItems().setAll(model.sizes());
        box.setValue(kept);
    }

    private Spinner<Integer> steps() {
        SpinnerValueFactory.IntegerSpinnerValueFactory values =
                new SpinnerValueFactory.IntegerSpinnerValueFactory(1, MOST_STEPS, model.stepsProperty().get());
        values.setConverter(converter(String::valueOf, text -> parseSteps(text, values.getValue())));
        Spinner<Integer> spinner = new Spinner<>(values);
        spinner.setId("steps");
        spinner.setEditable(true);
        spinner.getEditor().setAccessibleText(Words.of("recipe.steps"));
        model.stepsProperty().subscribe(steps -> values.setValue(steps.intValue()));
        values.valueProperty().subscribe(steps -> model.stepsProperty().set(steps));
        spinner.getEditor().textProperty().subscribe(text -> spinner.pseudoClassStateChanged(WRONG, !isSteps(text)));
        spinner.setTooltip(new Tooltip(Words.of("recipe.steps.help", MOST_STEPS)));
        return spinner;
    }

    private static boolean isSteps(String text) {
        return text.strip().matches("\\d{1,4}") && Integer.parseInt(text.strip()) >= 1 && Integer.parseInt(text.strip()) <= MOST_STEPS;
    }

    private static Integer parseSteps(String text, Integer kept) {
        return isSteps(text) ? Integer.valueOf(text.strip()) : kept;
    }

    private static ComboBox<Descriptor> choice(ChoiceViewModel choice, String id) {
        ComboBox<Descriptor> box = new ComboBox<>();
        box.setId(id);
        box.getItems().setAll(choice.options());
        box.setConverter(converter(Descriptor::name, text -> choice.chosen().descriptor()));
        Tooltip tooltip = new Tooltip();
        tooltip.setWrapText(true);
        tooltip.setMaxWidth(320);
        box.setTooltip(tooltip);
        choice.chosenProperty().subscribe(chosen -> {
            box.setValue(chosen.descriptor());
            tooltip.setText(chosen.descriptor().title() + "\n\n" + chosen.descriptor().summary());
        });
        box.valueProperty().subscribe(chosen -> choice.choose(chosen));
        return box;
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
        TextField field = new TextField();
        field.setId("seed");
        HBox.setHgrow(field, Priority.ALWAYS);
        model.seedProperty().subscribe(seed -> {
            if (!field.getText().equals(seed.toString())) {
                field.setText(seed.toString());
            }
        });
        field.textProperty().subscribe(text -> field.pseudoClassStateChanged(WRONG, !isSeed(text)));
        field.setOnAction(event -> takeSeed(field));
        field.focusedProperty().subscribe(focused -> {
            if (!focused) {
                takeSeed(field);
            }
        });
        field.setTooltip(new Tooltip(Words.of("recipe.seed.help")));
        Button roll = Icons.button(Feather.SHUFFLE, Words.of("recipe.seed.roll"));
        roll.setId("roll-seed");
        roll.setOnAction(event -> model.rollSeed());
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

    private void takeSeed(TextField field) {
        String typed = field.getText().strip();
        if (isSeed(typed) && Long.parseLong(typed) != model.seedProperty().get()) {
            model.seedProperty().set(Long.parseLong(typed));
            model.seedLockedProperty().set(true);
        }
        field.setText(String.format(Locale.ROOT, "%d", model.seedProperty().get()));
    }

    private static boolean isSeed(String text) {
        try {
            return Long.parseLong(text.strip()) >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static <T> StringConverter<T> converter(Function<T, String> toText, Function<String, T> fromText) {
        return new StringConverter<>() {
            @Override
            public String toString(T value) {
                return value == null ? "" : toText.apply(value);
            }

            @Override
            public T fromString(String text) {
                return fromText.apply(text);
            }
        };
    }
}
