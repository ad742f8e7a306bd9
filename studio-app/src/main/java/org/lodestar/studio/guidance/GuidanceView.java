package org.lodestar.studio.guidance;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The guidance stack: one card per policy, and a way to add one.
public final class GuidanceView extends VBox {
    private final GuidanceViewModel stack;
    private final VBox cards = new VBox();
    private final Label empty = new Label(Words.of("guidance.empty"));
    private final Map<TermViewModel, Node> shown = new HashMap<>();
    private Consumer<Node> onAdded = card -> {};

    public GuidanceView(GuidanceViewModel stack) {
        this.stack = stack;
        getStyleClass().add("guidance");
        cards.getStyleClass().add("cards");
        empty.getStyleClass().add("card-sentence");
        empty.setWrapText(true);
        getChildren().addAll(header(), cards);
        stack.cards().addListener((ListChangeListener<TermViewModel>) change -> refresh());
        refresh();
    }

    private HBox header() {
        Label caption = new Label(Words.of("guidance.name"));
        caption.getStyleClass().add("caption");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Button add = new Button(Words.of("guidance.add"), Icons.icon(Feather.PLUS));
        add.setId("add-policy");
        add.getStyleClass().setAll("link-button");
        add.setOnAction(event -> PolicyChooser.open(add, stack, null, this::add));
        HBox header = new HBox(caption, gap, add);
        header.getStyleClass().add("guidance-header");
        return header;
    }

    /// Called with the card of a policy that the user has added.
    public void setOnAdded(Consumer<Node> action) {
        onAdded = action;
    }

    private void add(PolicyType policy) {
        stack.add(policy);
        onAdded.accept(cards.getChildren().getLast());
    }

    private void refresh() {
        shown.keySet().retainAll(stack.cards());
        cards.getChildren().setAll(stack.cards().stream().map(card -> shown.computeIfAbsent(card, fresh -> new PolicyCard(stack, fresh))).toList());
        if (cards.getChildren().isEmpty()) {
            cards.getChildren().add(empty);
        }
    }
}
