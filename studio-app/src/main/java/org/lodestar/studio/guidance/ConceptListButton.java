package org.lodestar.studio.guidance;

import java.io.File;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.record.ConceptFile;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.text.Words;

/// Fills a parameter that holds a concept list from a file, so that the picture's record holds the list itself.
public final class ConceptListButton extends VBox {
    /// Name of the parameter it stands beside.
    static final String PARAMETER = "concepts";

    private final ParameterViewModel parameter;
    private final Label problem = new Label();

    public ConceptListButton(ParameterViewModel parameter) {
        this.parameter = parameter;
        Button button = new Button(Words.of("guidance.concepts"));
        button.setId("read-concepts");
        button.getStyleClass().setAll("link-button");
        button.setTooltip(new Hint(Words.of("guidance.concepts.help")));
        button.setOnAction(event -> choose());
        problem.getStyleClass().add("card-sentence");
        problem.setWrapText(true);
        problem.managedProperty().bind(problem.visibleProperty());
        problem.visibleProperty().bind(problem.textProperty().isNotEmpty());
        getChildren().addAll(button, problem);
    }

    private void choose() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(Words.of("guidance.concepts"));
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("JSON", "*.json"));
        File chosen = chooser.showOpenDialog(getScene().getWindow());
        if (chosen != null) {
            read(chosen.toPath());
        }
    }

    /// Takes the list in `file`, or says what is wrong with it and keeps the old one.
    void read(Path file) {
        try {
            parameter.set(ConceptFile.read(file).concepts().text());
            problem.setText("");
        } catch (EngineException.InvalidInput refused) {
            problem.setText(String.valueOf(refused.getMessage()));
        }
    }

    /// What was wrong with the last file, or "".
    String problem() {
        return problem.getText();
    }
}
