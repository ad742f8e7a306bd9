package org.lodestar.studio.form;

import javafx.scene.control.ComboBox;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.InWords;
import org.lodestar.studio.guidance.ChoiceViewModel;
import org.lodestar.studio.text.Words;

/// One entry of a list of the catalogue: the sampler, the spacing. What it does is one hover away.
public final class DescriptorBox extends ComboBox<Descriptor> {
    /// @param id   of the node
    /// @param name what is chosen, for screen readers
    public DescriptorBox(ChoiceViewModel choice, String id, String name) {
        setId(id);
        setAccessibleText(name);
        getItems().setAll(choice.options());
        setConverter(new InWords<>(Descriptor::name));
        Hint help = new Hint();
        setTooltip(help);
        choice.chosenProperty().subscribe(chosen -> {
            Descriptor entry = chosen.descriptor();
            setValue(entry);
            String fidelity = Words.of("fidelity." + entry.fidelity());
            help.setText(Words.of("recipe.exact", entry.title(), entry.summary(), entry.formula(), entry.reference(), fidelity));
            setAccessibleHelp(help.getText());
        });
        valueProperty().subscribe(choice::choose);
    }
}
