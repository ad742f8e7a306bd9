package org.lodestar.studio.prompt;

import javafx.beans.property.Property;
import javafx.scene.control.MenuButton;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.ToggleGroup;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.text.Words;

/// How brackets in prompts are read: a word to click on, with the others in its menu.
public final class SyntaxChoice extends MenuButton {
    public SyntaxChoice(Property<Dialect> chosen) {
        setId("syntax");
        getStyleClass().addAll("caption", "quiet-menu");
        setMinWidth(USE_PREF_SIZE);
        Hint help = new Hint(Words.of("syntax.help"));
        setTooltip(help);
        setAccessibleHelp(Words.of("syntax.help"));
        ToggleGroup group = new ToggleGroup();
        for (Dialect dialect : new Dialect[] {Dialect.A1111, Dialect.COMFY, Dialect.PLAIN}) {
            RadioMenuItem item = new RadioMenuItem(Words.of("syntax." + dialect));
            item.setToggleGroup(group);
            item.setOnAction(event -> chosen.setValue(dialect));
            chosen.subscribe(now -> item.setSelected(now == dialect));
            getItems().add(item);
        }
        chosen.subscribe(now -> {
            setText(Words.of("syntax", Words.of("syntax." + now)));
            setAccessibleText(getText());
        });
    }
}
