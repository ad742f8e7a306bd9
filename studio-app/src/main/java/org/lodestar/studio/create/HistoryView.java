package org.lodestar.studio.create;

import javafx.collections.ListChangeListener;
import javafx.css.PseudoClass;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Tooltip;
import javafx.scene.image.ImageView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.shape.Rectangle;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.QuietScroll;
import org.lodestar.studio.fx.PixelSurface;
import org.lodestar.studio.session.HistoryEntry;
import org.lodestar.studio.text.Words;

/// Finished pictures, the newest first; branches are indented under what they grew from, with a line that leads there.
final class HistoryView extends VBox {
    private static final PseudoClass SHOWN = PseudoClass.getPseudoClass("shown");
    private static final double WIDTH = 108;
    private static final double INDENT = 14;
    private static final int DEEPEST = 3;
    private static final double LEAST = 56;

    private final CreateViewModel model;
    private final VBox list = new VBox();

    HistoryView(CreateViewModel model) {
        this.model = model;
        getStyleClass().add("history");
        Label caption = new Label(Words.of("history.name"));
        caption.getStyleClass().add("caption");
        list.getStyleClass().add("history-list");
        QuietScroll scroll = new QuietScroll(list);
        VBox.setVgrow(scroll, javafx.scene.layout.Priority.ALWAYS);
        getChildren().addAll(caption, scroll);
        model.history().entries().addListener((ListChangeListener<HistoryEntry>) change -> refresh());
        model.stage().steps().runProperty().subscribe(this::markShown);
        refresh();
    }

    private void refresh() {
        list.getChildren().setAll(model.history().entries().stream().map(this::row).toList());
        if (list.getChildren().isEmpty()) {
            Label empty = new Label(Words.of("history.empty"));
            empty.getStyleClass().add("card-sentence");
            empty.setWrapText(true);
            list.getChildren().add(empty);
        }
        markShown();
    }

    private void markShown() {
        for (Node row : list.getChildren()) {
            row.pseudoClassStateChanged(SHOWN, row.getUserData() instanceof HistoryEntry entry && entry.run() == model.stage().steps().runProperty().get());
        }
    }

    private Node row(HistoryEntry entry) {
        double indent = INDENT * Math.min(entry.depth(), DEEPEST);
        double side = Math.max(LEAST, WIDTH - indent);
        ImageView picture = new ImageView(PixelSurface.image(entry.picture().image()));
        picture.setPreserveRatio(true);
        picture.setFitWidth(side);
        picture.setFitHeight(side);
        Rectangle rounded = new Rectangle();
        rounded.setArcWidth(12);
        rounded.setArcHeight(12);
        StackPane frame = new StackPane(picture);
        frame.layoutBoundsProperty().subscribe(bounds -> {
            rounded.setWidth(bounds.getWidth());
            rounded.setHeight(bounds.getHeight());
        });
        frame.setClip(rounded);
        Button button = new Button("", frame);
        button.getStyleClass().setAll("history-picture");
        button.setAccessibleText(Words.of("history.entry", prompt(entry)));
        button.setTooltip(tooltip(entry));
        button.setOnAction(event -> model.show(entry));
        button.setContextMenu(menu(entry));
        button.setOnMouseClicked(event -> {
            if (event.getButton() == MouseButton.PRIMARY && event.getClickCount() == 2) {
                model.restore(entry);
            }
        });
        button.setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.R && !event.isShortcutDown()) {
                model.restore(entry);
            }
        });
        HBox row = new HBox(button);
        if (entry.depth() > 0) {
            Region line = new Region();
            line.getStyleClass().add("history-line");
            line.setMinWidth(INDENT - 4);
            line.setPrefWidth(INDENT - 4);
            row.getChildren().addFirst(line);
            HBox.setMargin(line, new Insets(0, 0, 0, indent - INDENT));
        }
        row.setAlignment(Pos.CENTER_LEFT);
        row.getStyleClass().add("history-row");
        row.setUserData(entry);
        return row;
    }

    private ContextMenu menu(HistoryEntry entry) {
        MenuItem show = new MenuItem(Words.of("history.show"));
        show.setOnAction(event -> model.show(entry));
        MenuItem restore = new MenuItem(Words.of("history.restore"));
        restore.setOnAction(event -> model.restore(entry));
        MenuItem compare = new MenuItem(Words.of("history.compare"));
        compare.setOnAction(event -> model.compare(entry));
        return new ContextMenu(show, restore, compare);
    }

    private static Tooltip tooltip(HistoryEntry entry) {
        RunSpec spec = entry.run().lane(0);
        RunSpec last = spec.at(spec.steps());
        String file = entry.picture().file() == null ? "" : "\n" + entry.picture().file();
        Hint tooltip = new Hint(prompt(entry) + "\n" + Words.of("history.details", last.seed(), last.steps(), Term.text(last.policy())) + file
                + "\n\n" + Words.of("history.hint"));
        return tooltip;
    }

    private static String prompt(HistoryEntry entry) {
        String prompt = entry.run().lane(0).prompt();
        return prompt.isBlank() ? Words.of("history.noPrompt") : prompt;
    }
}
