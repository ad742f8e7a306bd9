package org.lodestar.studio.create;

import java.util.ArrayList;
import java.util.List;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.RowConstraints;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;
import org.lodestar.studio.control.Picture;
import org.lodestar.studio.control.PictureView;
import org.lodestar.studio.fx.PixelSurface;
import org.lodestar.studio.session.Shown;
import org.lodestar.studio.text.Words;

/// The picture, or all four of a step, with the chips that choose.
final class CanvasView extends StackPane {
    private static final int SQUARE = 2;

    private final StageViewModel model;
    private final List<PictureView> views = new ArrayList<>();
    private final GridPane four = new GridPane();
    private final PictureView one = new PictureView();

    CanvasView(StageViewModel model) {
        this.model = model;
        getStyleClass().add("canvas");
        setMinSize(160, 160);
        one.setId("picture");
        one.emptyTextProperty().set(Words.of("canvas.empty"));
        buildFour();
        HBox chips = chips();
        getChildren().addAll(one, four, chips);
        setAlignment(chips, Pos.TOP_RIGHT);
        model.lensProperty().subscribe(this::arrange);
        model.picturesProperty().subscribe(this::show);
        model.runProperty().subscribe(() -> show(model.picturesProperty().get()));
    }

    private void buildFour() {
        four.getStyleClass().add("four");
        for (int i = 0; i < SQUARE; i++) {
            ColumnConstraints column = new ColumnConstraints();
            column.setPercentWidth(100.0 / SQUARE);
            RowConstraints row = new RowConstraints();
            row.setPercentHeight(100.0 / SQUARE);
            row.setVgrow(Priority.ALWAYS);
            four.getColumnConstraints().add(column);
            four.getRowConstraints().add(row);
        }
        String[] names = {"lens.GUIDED", "lens.PROMPT", "lens.NEGATIVE", "lens.DIFFERENCE"};
        for (int i = 0; i < names.length; i++) {
            PictureView view = new PictureView();
            view.setZoomBarVisible(i == names.length - 1);
            view.viewportProperty().bindBidirectional(one.viewportProperty());
            view.setAccessibleText(Words.of(names[i]));
            Label name = new Label(Words.of(names[i]));
            name.getStyleClass().addAll("chip", "corner");
            view.overlay().getChildren().add(name);
            StackPane.setAlignment(name, Pos.BOTTOM_LEFT);
            view.setMaxSize(Double.MAX_VALUE, Double.MAX_VALUE);
            GridPane.setHgrow(view, Priority.ALWAYS);
            GridPane.setVgrow(view, Priority.ALWAYS);
            four.add(view, i % SQUARE, i / SQUARE);
            views.add(view);
        }
    }

    private HBox chips() {
        ToggleGroup group = new ToggleGroup();
        HBox chips = new HBox();
        chips.getStyleClass().add("chips");
        chips.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        chips.setPickOnBounds(false);
        for (Lens lens : Lens.values()) {
            ToggleButton chip = new ToggleButton(Words.of("lens." + lens));
            chip.getStyleClass().setAll("chip");
            chip.setId("lens-" + lens.name().toLowerCase(java.util.Locale.ROOT));
            chip.setTooltip(new Tooltip(Words.of("lens." + lens + ".help")));
            chip.setToggleGroup(group);
            chip.setOnAction(event -> {
                chip.setSelected(true);
                model.lensProperty().set(lens);
            });
            model.lensProperty().subscribe(now -> chip.setSelected(now == lens));
            chips.getChildren().add(chip);
        }
        return chips;
    }

    private void arrange() {
        boolean all = model.lensProperty().get() == Lens.ALL_FOUR;
        four.setVisible(all);
        one.setVisible(!all);
    }

    private void show(List<@Nullable Shown> pictures) {
        arrange();
        if (pictures.size() == 1) {
            put(one, pictures.getFirst());
        } else {
            for (int i = 0; i < views.size(); i++) {
                put(views.get(i), i < pictures.size() ? pictures.get(i) : null);
            }
            if (pictures.isEmpty()) {
                one.emptyTextProperty().set(Words.of(model.runProperty().get() == null ? "canvas.empty" : "canvas.forming"));
                one.setPicture(null);
            }
        }
    }

    private void put(PictureView view, @Nullable Shown shown) {
        view.emptyTextProperty().set(Words.of(model.runProperty().get() == null ? "canvas.empty" : "canvas.notAsked"));
        view.setPicture(
                shown == null
                        ? null
                        : shown.preview()
                                ? Picture.preview(PixelSurface.image(shown.image()), shown.width(), shown.height())
                                : Picture.of(PixelSurface.image(shown.image())));
    }
}
