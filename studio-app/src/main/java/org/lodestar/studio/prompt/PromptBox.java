package org.lodestar.studio.prompt;

import java.util.stream.Collectors;
import javafx.css.PseudoClass;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.lodestar.engine.codec.TextEncoder.TokenCount;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.text.Words;

/// A text with its name and its token count. Tab leaves it, Shift+Enter and Enter make a new line, Ctrl+Up and Ctrl+Down change the weight of the selected words.
public final class PromptBox extends VBox {
    private static final PseudoClass FULL = PseudoClass.getPseudoClass("full");

    private static final KeyCombination STRONGER = new KeyCodeCombination(KeyCode.UP, KeyCombination.SHORTCUT_DOWN);
    private static final KeyCombination WEAKER = new KeyCodeCombination(KeyCode.DOWN, KeyCombination.SHORTCUT_DOWN);
    private static final double WEIGHT_STEP = 0.05;
    private static final int SHOWN_AT_BREAK = 24;

    private final CountedPrompt text;
    private final TextArea area = new TextArea();
    private final Label counter = new Label();
    private final Hint explanation = new Hint();
    private final HBox header;

    /// @param name   what it is called
    /// @param help   what it does, one hover away from its name
    /// @param hint   shown while it is empty
    /// @param rows   height in lines
    /// @param text   what is typed
    public PromptBox(String name, String help, String hint, int rows, CountedPrompt text) {
        this.text = text;
        getStyleClass().add("prompt-box");
        Label label = new Label(name);
        label.getStyleClass().add("caption");
        label.setLabelFor(area);
        label.setTooltip(new Hint(help));
        counter.getStyleClass().addAll("caption", "counter");
        counter.setTooltip(explanation);
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        area.setPromptText(hint);
        area.setWrapText(true);
        area.setPrefRowCount(rows);
        area.setAccessibleText(name);
        area.setAccessibleHelp(help);
        area.textProperty().bindBidirectional(text);
        area.addEventFilter(KeyEvent.KEY_PRESSED, this::leaveOnTab);
        area.addEventFilter(KeyEvent.KEY_PRESSED, this::changeWeight);
        text.tokensProperty().subscribe(this::show);
        header = new HBox(label, gap, counter);
        header.getStyleClass().add("prompt-header");
        getChildren().addAll(header, area, drawn());
    }

    /// The same with `choice` beside the counter.
    public PromptBox with(Node choice) {
        header.getChildren().add(header.getChildren().size() - 1, choice);
        return this;
    }

    /// What was drawn from the text, where it is a template.
    private Node drawn() {
        Label drawn = new Label();
        drawn.getStyleClass().addAll("caption", "drawn");
        drawn.setWrapText(true);
        drawn.setMinHeight(USE_PREF_SIZE);
        text.drawnProperty().subscribe(words -> drawn.setText(words.isEmpty() ? "" : Words.of("prompt.drawn", words)));
        drawn.visibleProperty().bind(text.drawnProperty().isNotEmpty());
        drawn.managedProperty().bind(drawn.visibleProperty());
        return drawn;
    }

    /// The text area, for focus.
    public TextArea area() {
        return area;
    }

    private void show(TokenCount count) {
        boolean known = count.capacity() > 0;
        boolean full = known && count.used() > count.capacity();
        String used = known ? count.used() + " / " + count.capacity() : "";
        counter.setText(count.chunks() > 1 ? Words.of("prompt.tokens.inChunks", used, count.chunks()) : used);
        explanation.setText(Words.of(full ? "prompt.tokens.full" : "prompt.tokens", count.used(), count.capacity()) + breaks(count));
        counter.pseudoClassStateChanged(FULL, full);
    }

    private String breaks(TokenCount count) {
        return count.breaks().stream()
                .filter(at -> at < text.get().length())
                .map(at -> "\n" + Words.of("prompt.tokens.break", text.get().substring(at, Math.min(text.get().length(), at + SHOWN_AT_BREAK)).replace('\n', ' ')))
                .collect(Collectors.joining());
    }

    private void changeWeight(KeyEvent event) {
        if (text.syntax() == Dialect.PLAIN || !(STRONGER.match(event) || WEAKER.match(event))) {
            return;
        }
        PromptSelection before = new PromptSelection(area.getText(), area.getSelection().getStart(), area.getSelection().getEnd());
        PromptSelection after = before.weighted(STRONGER.match(event) ? WEIGHT_STEP : -WEIGHT_STEP);
        if (!after.equals(before)) {
            area.replaceText(0, area.getLength(), after.text());
            area.selectRange(after.start(), after.end());
        }
        event.consume();
    }

    private void leaveOnTab(KeyEvent event) {
        if (event.getCode() == KeyCode.TAB && !event.isControlDown()) {
            area.requestFocusTraversal(event.isShiftDown() ? javafx.scene.TraversalDirection.PREVIOUS : javafx.scene.TraversalDirection.NEXT);
            event.consume();
        }
    }
}
