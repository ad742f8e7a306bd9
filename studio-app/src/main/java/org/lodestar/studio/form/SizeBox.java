package org.lodestar.studio.form;

import java.util.ArrayList;
import java.util.List;
import javafx.collections.ListChangeListener;
import javafx.css.PseudoClass;
import javafx.scene.control.ComboBox;
import org.lodestar.engine.pack.ModelInfo.Size;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.InWords;
import org.lodestar.studio.text.Words;

/// Width and height of the picture: the model's own sizes to choose from, others to type.
public final class SizeBox extends ComboBox<Size> {
    private static final PseudoClass WRONG = PseudoClass.getPseudoClass("wrong");

    private final FormViewModel form;

    public SizeBox(FormViewModel form) {
        this.form = form;
        setId("size");
        getStyleClass().add("size-box");
        setEditable(true);
        setAccessibleText(Words.of("recipe.size"));
        getEditor().setAccessibleText(Words.of("recipe.size"));
        setTooltip(new Hint(Words.of("recipe.size.help")));
        setConverter(new InWords<>(size -> size.width() + " × " + size.height(), text -> FormViewModel.parseSize(text).orElse(form.sizeProperty().get())));
        form.sizes().addListener((ListChangeListener<Size>) change -> offer());
        form.sizeProperty().subscribe(this::offer);
        offer();
        valueProperty().subscribe(chosen -> {
            if (chosen != null) {
                form.sizeProperty().set(chosen);
            }
        });
        getEditor().textProperty().subscribe(text -> pseudoClassStateChanged(WRONG, FormViewModel.parseSize(text).isEmpty()));
    }

    /// The size in force stays, also where the model does not offer it.
    private void offer() {
        Size kept = form.sizeProperty().get();
        List<Size> offered = new ArrayList<>(form.sizes());
        if (!offered.contains(kept)) {
            offered.addFirst(kept);
        }
        if (!getItems().equals(offered)) {
            getItems().setAll(offered);
        }
        setValue(kept);
    }
}
