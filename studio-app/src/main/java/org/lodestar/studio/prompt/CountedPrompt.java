package org.lodestar.studio.prompt;

import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import org.lodestar.engine.codec.TextEncoder.TokenCount;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.session.StudioSession;

/// A text and how much of the encoder's room it takes, counted again when the text or the model changes.
public final class CountedPrompt extends SimpleStringProperty {
    private final StudioSession session;
    private final ReadOnlyObjectWrapper<TokenCount> tokens = new ReadOnlyObjectWrapper<>(this, "tokens", new TokenCount(0, 0));

    /// An empty text.
    public CountedPrompt(Object bean, String name, StudioSession session) {
        super(bean, name, "");
        this.session = session;
        subscribe(this::count);
        session.modelStateProperty().subscribe(state -> {
            if (state instanceof ModelState.Ready) {
                count();
            }
        });
    }

    private void count() {
        session.count(get(), tokens::set);
    }

    /// Tokens of the text; a capacity of 0 means that no model is loaded yet.
    public ReadOnlyObjectProperty<TokenCount> tokensProperty() {
        return tokens.getReadOnlyProperty();
    }
}
