package org.lodestar.studio.prompt;

import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.lodestar.engine.codec.TextEncoder.TokenCount;
import org.lodestar.studio.text.Words;

/// A text with its name and its token count. Tab leaves it, Shift+Enter and Enter make a new line.
public final class PromptBox extends VBox {
    private static final PseudoClass FULL = PseudoClass.getPseudoClass("full");

    private final TextArea area = new TextArea();
    private final Label counter = new Label();
    private final Tooltip explanation = new Tooltip();

    /// @param name   what it is called
    /// @param hint   shown while it is empty
    /// @param rows   height in lines
    /// @param text   what is typed
    public PromptBox(String name, String hint, int rows, CountedPrompt text) {
        getStyleClass().add("prompt-box");
        Label label = new Label(name);
        label.getStyleClass().add("caption");
        label.setLabelFor(area);
        counter.getStyleClass().addAll("caption", "counter");
        counter.setTooltip(explanation);
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        area.setPromptText(hint);
        area.setWrapText(true);
        area.setPrefRowCount(rows);
        area.setAccessibleText(name);
        area.textProperty().bindBidirectional(text);
        area.addEventFilter(KeyEvent.KEY_PRESSED, this::leaveOnTab);
        text.tokensProperty().subscribe(this::show);
        getChildren().addAll(new HBox(label, gap, counter), area);
    }

    /// The text area, for focus.
    public TextArea area() {
        return area;
    }

    private void show(TokenCount count) {
        boolean known = count.capacity() > 0;
        boolean full = known && count.used() > count.capacity();
        counter.setText(known ? count.used() + " / " + count.capacity() : "");
        explanation.setText(Words.of(full ? "prompt.tokens.full" : "prompt.tokens", count.used(), count.capacity()));
        counter.pseudoClassStateChanged(FULL, full);
    }

    private void leaveOnTab(KeyEvent event) {
        if (event.getCode() == KeyCode.TAB && !event.isControlDown()) {
            area.requestFocusTraversal(event.isShiftDown() ? javafx.scene.TraversalDirection.PREVIOUS : javafx.scene.TraversalDirection.NEXT);
            event.consume();
        }
    }
}
