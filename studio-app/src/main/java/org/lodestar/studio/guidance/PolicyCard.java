package org.lodestar.studio.guidance;

import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// One policy of the stack: its name as a chooser, its sentence, its controls. Formula, cost and source are one hover away.
public final class PolicyCard extends VBox {
    private static final double CHOOSER_PADDING = 14;
    /// A card of more parameters than this shows the first few and opens the rest on demand.
    private static final int MANY = 5;
    private static final int SHOWN_OF_MANY = 4;

    public PolicyCard(GuidanceViewModel stack, TermViewModel card) {
        Descriptor descriptor = card.descriptor();
        getStyleClass().add("card");
        setId("card-" + descriptor.id());
        getChildren().addAll(header(stack, card), sentence(stack.type(card)));
        if (descriptor.id().equals(CurveEditor.POLICY)) {
            getChildren().add(new CurveEditor(card));
        }
        int shown = card.parameters().size() > MANY ? SHOWN_OF_MANY : MANY;
        getChildren().add(new ParameterList(card.parameters(), shown, PolicyCard::control));
        if (GuidanceViewModel.canBeMeasured(card)) {
            getChildren().add(new MeasuredButton(stack, card));
        }
    }

    private static Node control(ParameterViewModel parameter) {
        Node control = ParameterControl.of(parameter);
        return parameter.spec().name().equals(ConceptListButton.PARAMETER) ? new VBox(control, new ConceptListButton(parameter)) : control;
    }

    private static Node header(GuidanceViewModel stack, TermViewModel card) {
        Descriptor descriptor = card.descriptor();
        Label name = new Label(descriptor.name());
        name.getStyleClass().add("card-name");
        name.setMinWidth(Region.USE_PREF_SIZE);
        Label title = new Label(descriptor.title());
        title.getStyleClass().add("card-title");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        HBox words = new HBox(name, title, gap, Icons.icon(Feather.CHEVRON_DOWN));
        words.getStyleClass().add("card-words");
        Button chooser = new Button("", words);
        chooser.getStyleClass().setAll("card-chooser");
        chooser.setId("choose-" + descriptor.id());
        chooser.setAccessibleText(Words.of("guidance.choose", descriptor.name()));
        chooser.setTooltip(new Hint(Words.of("guidance.choose", descriptor.title())));
        chooser.setMaxWidth(Double.MAX_VALUE);
        chooser.setMinWidth(0);
        words.prefWidthProperty().bind(chooser.widthProperty().subtract(CHOOSER_PADDING));
        HBox.setHgrow(chooser, Priority.ALWAYS);
        chooser.setOnAction(event -> PolicyChooser.open(chooser, stack, card, policy -> stack.replace(card, policy)));
        Button remove = Icons.button(Feather.X, Words.of("guidance.remove", descriptor.name()));
        remove.setOnAction(event -> stack.remove(card));
        remove.setId("remove-" + descriptor.id());
        HBox header = new HBox(chooser, remove);
        header.getStyleClass().add("card-header");
        return header;
    }

    private static Node sentence(PolicyType type) {
        Descriptor descriptor = type.descriptor();
        Label sentence = new Label(descriptor.summary());
        sentence.getStyleClass().add("card-sentence");
        sentence.setWrapText(true);
        sentence.setMinHeight(Region.USE_PREF_SIZE);
        sentence.setTooltip(new Hint(Words.of(
                "guidance.exact",
                descriptor.formula(),
                type.cost(),
                descriptor.reference(),
                Words.of("fidelity." + descriptor.fidelity()))));
        return sentence;
    }
}
