package org.lodestar.studio.guidance;

import java.util.List;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.layout.VBox;
import org.lodestar.studio.text.Words;

/// Controls of some parameters: the first ones always, the rest behind a word that opens them. What was changed is in sight, and what is in sight stays: a slider that is drawn back to its usual
/// place must not vanish under the hand.
public final class ParameterList extends VBox {
    private final VBox rest = new VBox();
    private final Button more = new Button();

    /// @param shown   how many are always in sight
    /// @param control what shows one parameter
    public ParameterList(List<ParameterViewModel> parameters, int shown, Function<ParameterViewModel, ? extends Node> control) {
        getStyleClass().add("parameters");
        rest.getStyleClass().add("parameters");
        more.getStyleClass().setAll("link-button");
        more.setId("more-parameters");
        more.setOnAction(event -> rest.getChildren().forEach(this::reveal));
        for (int i = 0; i < parameters.size(); i++) {
            Node node = control.apply(parameters.get(i));
            if (i < shown) {
                getChildren().add(node);
            } else {
                hideUntilChanged(node, parameters.get(i));
            }
        }
        if (!rest.getChildren().isEmpty()) {
            getChildren().addAll(rest, more);
            count();
        }
    }

    private void hideUntilChanged(Node node, ParameterViewModel parameter) {
        show(node, false);
        rest.getChildren().add(node);
        parameter.valueProperty().subscribe(value -> {
            if (!value.equals(parameter.spec().fallback())) {
                reveal(node);
            }
        });
    }

    private void reveal(Node node) {
        show(node, true);
        count();
    }

    private void count() {
        long hidden = rest.getChildren().stream().filter(node -> !node.isVisible()).count();
        more.setText(Words.of("parameters.more", hidden));
        show(more, hidden > 0);
        show(rest, hidden < rest.getChildren().size());
    }

    private static void show(Node node, boolean visible) {
        node.setVisible(visible);
        node.setManaged(visible);
    }
}
