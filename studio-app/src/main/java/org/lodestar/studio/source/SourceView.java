package org.lodestar.studio.source;

import java.io.File;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javafx.css.PseudoClass;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.OverrunStyle;
import javafx.scene.input.DragEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.engine.run.Source;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.ValueSlider;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The slot for the picture to start from: empty, it takes a dropped file or asks for one; filled, it shows which, how much may change, and the mask.
public final class SourceView extends VBox {
    private static final PseudoClass OVER = PseudoClass.getPseudoClass("over");

    private final SourceViewModel model;
    private final Button empty = new Button(Words.of("source.choose"), Icons.icon(Feather.IMAGE));
    private final ValueSlider strength;

    public SourceView(SourceViewModel model) {
        this.model = model;
        this.strength = new ValueSlider(
                Words.of("source.strength"), Words.of("source.strength.help"), new ValueSlider.Bounds(0, 1, 1, model.strengthProperty().get(), 0.05, false, ""));
        strength.setId("source-strength");
        model.strengthProperty().subscribe(value -> strength.setValue(value.doubleValue()));
        strength.valueProperty().subscribe(value -> model.strengthProperty().set(value.doubleValue()));
        empty.setId("source-choose");
        empty.setMaxWidth(Double.MAX_VALUE);
        empty.setTooltip(new Hint(Words.of("source.choose.help")));
        empty.setOnAction(event -> ask(Words.of("source.choose"), model::choose));
        getStyleClass().addAll("field", "source-slot");
        setOnDragOver(this::over);
        setOnDragExited(event -> pseudoClassStateChanged(OVER, false));
        setOnDragDropped(this::dropped);
        model.sourceProperty().subscribe(this::show);
    }

    private void show(Optional<Source> source) {
        if (source.isEmpty()) {
            getChildren().setAll(empty);
            return;
        }
        HBox picture = row("source-picture", Feather.IMAGE, "source.picture", source.get().picture(), Words.of("source.clear"), model::clear);
        Node mask = source.get().mask()
                .<Node>map(file -> row("source-mask", Feather.SCISSORS, "source.mask.named", file, Words.of("source.mask.clear"), () -> model.mask(null)))
                .orElseGet(this::maskButton);
        getChildren().setAll(picture, strength, mask);
    }

    private Button maskButton() {
        Button button = new Button(Words.of("source.mask"), Icons.icon(Feather.SCISSORS));
        button.setId("source-mask-choose");
        button.setTooltip(new Hint(Words.of("source.mask.help")));
        button.setMaxWidth(Double.MAX_VALUE);
        button.setOnAction(event -> ask(Words.of("source.mask"), model::mask));
        return button;
    }

    private static HBox row(String id, Feather icon, String words, Source.Picture file, String remove, Runnable action) {
        Label name = new Label(Words.of(words, Path.of(file.path()).getFileName()), Icons.icon(icon));
        name.setId(id);
        name.setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
        name.setMaxWidth(Double.MAX_VALUE);
        name.setMinWidth(0);
        name.setTooltip(new Hint(file.path()));
        HBox.setHgrow(name, Priority.ALWAYS);
        Button button = Icons.button(Feather.X, remove);
        button.setId(id + "-clear");
        button.setOnAction(event -> action.run());
        HBox row = new HBox(name, button);
        row.getStyleClass().add("seed-row");
        return row;
    }

    private void ask(String title, Consumer<Path> chosen) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(title);
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(
                Words.of("source.png"), SourceViewModel.ENDINGS.stream().flatMap(ending -> Stream.of("*" + ending, "*" + ending.toUpperCase(Locale.ROOT))).toList()));
        File file = chooser.showOpenDialog(getScene().getWindow());
        if (file != null) {
            chosen.accept(file.toPath());
        }
    }

    private static Optional<Path> picture(DragEvent event) {
        return event.getDragboard().getFiles().stream().map(File::toPath).filter(SourceViewModel::takes).findFirst();
    }

    private void over(DragEvent event) {
        if (picture(event).isPresent()) {
            event.acceptTransferModes(TransferMode.COPY);
            pseudoClassStateChanged(OVER, true);
            event.consume();
        }
    }

    private void dropped(DragEvent event) {
        Optional<Path> file = picture(event);
        file.ifPresent(model::choose);
        event.setDropCompleted(file.isPresent());
        event.consume();
    }
}
