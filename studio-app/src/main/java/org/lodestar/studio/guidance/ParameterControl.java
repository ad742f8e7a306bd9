package org.lodestar.studio.guidance;

import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.ValueSlider;

/// The control of a parameter, made from what the catalogue says of it.
public final class ParameterControl {
    private ParameterControl() {}

    /// A slider for a number, a chooser for words, a check box for yes and no, a field for text.
    public static Node of(ParameterViewModel parameter) {
        return switch (parameter.spec()) {
            case ParameterSpec.Real real -> slider(parameter, real);
            case ParameterSpec.Choice choice -> chooser(parameter, choice);
            case ParameterSpec.Flag flag -> checkBox(parameter, flag);
            case ParameterSpec.Text text -> field(parameter, text);
        };
    }

    private static Node slider(ParameterViewModel parameter, ParameterSpec.Real real) {
        ValueSlider slider = new ValueSlider(
                real.label(),
                parameter.help(),
                new ValueSlider.Bounds(real.min(), real.max(), real.softMax(), real.preset(), real.step(), real.whole(), real.unit()));
        slider.setId(real.name());
        parameter.valueProperty().subscribe(value -> slider.setValue((Double) value));
        slider.valueProperty().subscribe(value -> parameter.set(value.doubleValue()));
        return slider;
    }

    private static Node chooser(ParameterViewModel parameter, ParameterSpec.Choice choice) {
        ComboBox<String> box = new ComboBox<>();
        box.getItems().setAll(choice.options());
        box.getStyleClass().add("small-field");
        box.setId(choice.name());
        parameter.valueProperty().subscribe(value -> box.setValue((String) value));
        box.valueProperty().subscribe(value -> parameter.set(value));
        return row(parameter, box);
    }

    private static Node checkBox(ParameterViewModel parameter, ParameterSpec.Flag flag) {
        CheckBox box = new CheckBox(flag.label());
        box.setId(flag.name());
        parameter.valueProperty().subscribe(value -> box.setSelected((Boolean) value));
        box.selectedProperty().subscribe(value -> parameter.set(value));
        explain(parameter, box);
        return box;
    }

    private static Node field(ParameterViewModel parameter, ParameterSpec.Text text) {
        TextField field = new TextField();
        field.getStyleClass().add("small-field");
        field.setId(text.name());
        HBox.setHgrow(field, Priority.ALWAYS);
        parameter.valueProperty().subscribe(value -> {
            if (!field.getText().equals(value)) {
                field.setText((String) value);
            }
        });
        field.textProperty().subscribe(value -> parameter.set(value));
        return row(parameter, field);
    }

    private static Node row(ParameterViewModel parameter, Control control) {
        Label label = new Label(parameter.spec().label());
        label.getStyleClass().add("caption");
        label.setLabelFor(control);
        label.setMinWidth(Region.USE_PREF_SIZE);
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.SOMETIMES);
        explain(parameter, control);
        HBox row = new HBox(label, gap, control);
        row.getStyleClass().add("parameter-row");
        return row;
    }

    private static void explain(ParameterViewModel parameter, Control control) {
        control.setTooltip(new Hint(parameter.help()));
        control.setAccessibleText(parameter.spec().label());
        control.setAccessibleHelp(parameter.help());
    }
}
