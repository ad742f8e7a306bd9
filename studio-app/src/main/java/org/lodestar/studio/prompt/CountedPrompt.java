package org.lodestar.studio.prompt;

import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.value.ObservableValue;
import org.lodestar.engine.codec.TextEncoder.TokenCount;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.session.StudioSession;

/// A text and how much of the encoder's room it takes, counted again when the text, the way it is read, or the model changes.
public final class CountedPrompt extends SimpleStringProperty {
    private final StudioSession session;
    private final ObservableValue<Dialect> syntax;
    private final ReadOnlyObjectWrapper<TokenCount> tokens = new ReadOnlyObjectWrapper<>(this, "tokens", new TokenCount(0, 0));
    private final ReadOnlyStringWrapper drawn = new ReadOnlyStringWrapper(this, "drawn", "");

    /// An empty text.
    ///
    /// @param syntax how brackets in it are read
    public CountedPrompt(Object bean, String name, StudioSession session, ObservableValue<Dialect> syntax) {
        super(bean, name, "");
        this.session = session;
        this.syntax = syntax;
        subscribe(() -> drawn.set(""));
        subscribe(this::count);
        syntax.subscribe(this::count);
        session.modelStateProperty().subscribe(state -> {
            if (state instanceof ModelState.Ready) {
                count();
            }
        });
    }

    private void count() {
        session.count(get(), syntax.getValue(), tokens::set);
    }

    /// Tokens of the text; a capacity of 0 means that no model is loaded yet.
    public ReadOnlyObjectProperty<TokenCount> tokensProperty() {
        return tokens.getReadOnlyProperty();
    }

    /// How brackets in it are read.
    public Dialect syntax() {
        return syntax.getValue();
    }

    /// What a picture was drawn from this text; "" where they are the same, and once the text changes.
    public ReadOnlyStringProperty drawnProperty() {
        return drawn.getReadOnlyProperty();
    }

    /// Takes a text and what a picture was drawn from it.
    public void show(String text, String drawnText) {
        set(text);
        drawn.set(drawnText.equals(text) ? "" : drawnText);
    }
}
