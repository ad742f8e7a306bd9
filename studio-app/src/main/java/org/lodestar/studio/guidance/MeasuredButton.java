package org.lodestar.studio.guidance;

import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.text.Words;

/// Fills the numbers of a card that were measured on the model, or says why there are none.
public final class MeasuredButton extends VBox {
    public MeasuredButton(GuidanceViewModel stack, TermViewModel card) {
        Label problem = new Label();
        problem.setId("measured-problem");
        problem.getStyleClass().add("card-sentence");
        problem.setWrapText(true);
        problem.managedProperty().bind(problem.visibleProperty());
        problem.visibleProperty().bind(problem.textProperty().isNotEmpty());
        Button button = new Button(Words.of("guidance.measured"));
        button.setId("fill-measured");
        button.getStyleClass().setAll("link-button");
        button.setTooltip(new Hint(Words.of("guidance.measured.help", card.descriptor().id())));
        button.setOnAction(event -> problem.setText(stack.fillMeasured(card)));
        getChildren().addAll(button, problem);
    }
}
