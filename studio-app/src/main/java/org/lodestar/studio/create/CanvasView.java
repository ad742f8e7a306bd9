package org.lodestar.studio.create;

import java.util.ArrayList;
import java.util.List;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.RowConstraints;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.Picture;
import org.lodestar.studio.control.PictureView;
import org.lodestar.studio.fx.Pins;
import org.lodestar.studio.fx.PixelSurface;
import org.lodestar.studio.session.FollowedRun;
import org.lodestar.studio.session.RunPhase;
import org.lodestar.studio.session.Shown;
import org.lodestar.studio.text.Words;

/// The picture, or all four of a step, with the chips that choose.
final class CanvasView extends StackPane {
    private static final int SQUARE = 2;
    private static final Insets BELOW_CHIPS = new Insets(40, 0, 0, 0);

    private final StageViewModel model;
    private final ObservableValue<String> welcome;
    private final List<PictureView> views = new ArrayList<>();
    private final GridPane four = new GridPane();
    private final PictureView one = new PictureView();
    private final Pins pins = new Pins();

    /// @param welcome what to do first, or what is in the way
    CanvasView(StageViewModel model, ObservableValue<String> welcome) {
        this.model = model;
        this.welcome = welcome;
        getStyleClass().add("canvas");
        setMinSize(160, 160);
        one.setId("picture");
        buildFour();
        HBox chips = chips();
        Node zoom = one.zoomBar();
        zoom.visibleProperty().bind(one.visibleProperty());
        getChildren().addAll(one, four, zoom, chips);
        setAlignment(zoom, Pos.TOP_LEFT);
        setAlignment(chips, Pos.TOP_RIGHT);
        setMargin(one, BELOW_CHIPS);
        setMargin(four, BELOW_CHIPS);
        model.lensProperty().subscribe(this::arrange);
        model.picturesProperty().subscribe(this::show);
        welcome.subscribe(() -> show(model.picturesProperty().get()));
        model.steps().runProperty().subscribe(run -> {
            pins.pull();
            show(model.picturesProperty().get());
            if (run != null) {
                pins.onChange(run.phaseProperty(), this::sayWhyThereIsNone);
            }
        });
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
            chip.setTooltip(new Hint(Words.of("lens." + lens + ".help")));
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
                one.emptyTextProperty().set(nothingYet());
                one.setPicture(null);
            }
        }
    }

    private void sayWhyThereIsNone() {
        if (model.picturesProperty().get().isEmpty()) {
            show(List.of());
        }
    }

    /// Why there is no picture of the run at all.
    private String nothingYet() {
        FollowedRun run = model.steps().runProperty().get();
        if (run == null) {
            return welcome.getValue();
        }
        return Words.of(
                switch (run.phase()) {
                    case RunPhase.Over(RunOutcome.Failed _) -> "canvas.failed";
                    case RunPhase.Over _ -> "canvas.stopped";
                    default -> "canvas.forming";
                });
    }

    private void put(PictureView view, @Nullable Shown shown) {
        view.emptyTextProperty().set(model.steps().runProperty().get() == null ? welcome.getValue() : Words.of("canvas.notAsked"));
        view.setPicture(
                shown == null
                        ? null
                        : shown.preview()
                                ? Picture.preview(PixelSurface.image(shown.image()), shown.width(), shown.height())
                                : Picture.of(PixelSurface.image(shown.image())));
    }
}
