package org.lodestar.studio.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.TextInputControl;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.studio.control.AbSlider;
import org.lodestar.studio.control.FlipView;
import org.lodestar.studio.control.HeatMap;
import org.lodestar.studio.control.Explained;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.Picture;
import org.lodestar.studio.control.PictureView;
import org.lodestar.studio.control.Viewport;
import org.lodestar.studio.fx.PixelSurface;
import org.lodestar.studio.session.Shown;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The Compare screen: the form on top, the lanes with one zoom, the numbers under them, the timeline below.
///
/// Keys: Ctrl+Enter runs, Esc stops, Ctrl+E exports, 1 to 4 choose how lanes are put together, F or backslash flips, the arrows, Page Up and Down, Home and End scrub.
public final class CompareView extends BorderPane {
    private final CompareViewModel model;
    private final CompareBar bar;
    private final CompareTimeline timeline;
    private final HBox headers = columns("lane-headers");
    private final HBox metrics = columns("lane-metrics");
    private final HBox sides = columns("lane-pictures");
    private final AbSlider slider = new AbSlider();
    private final FlipView flip = new FlipView();
    private final HeatMap heat = new HeatMap();
    private final HBox others = new HBox();
    private final Label empty = new Label();
    private final StackPane zoom = new StackPane();
    private final ObjectProperty<Viewport> viewport = new SimpleObjectProperty<>(this, "viewport", Viewport.FIT);
    private final List<Column> columns = new ArrayList<>();

    /// What belongs to one lane.
    private record Column(LaneViewModel lane, LaneHeader header, PictureView view, MetricsRow metrics) {}

    public CompareView(CompareViewModel model) {
        this.model = model;
        getStyleClass().add("compare");
        getStylesheets().add(Objects.requireNonNull(CompareView.class.getResource("compare.css"), "compare.css is part of this package").toExternalForm());
        bar = new CompareBar(model);
        timeline = new CompareTimeline(model.shown(), end());
        viewport.bindBidirectional(slider.viewportProperty());
        viewport.bindBidirectional(flip.viewportProperty());
        viewport.bindBidirectional(heat.view().viewportProperty());
        setTop(new VBox(bar, problems()));
        VBox middle = new VBox(headers, stage(), metrics);
        setCenter(middle);
        setBottom(timeline);
        model.lanes().subscribe(this::rebuild);
        rebuild();
        model.modeProperty().subscribe(mode -> arrange());
        model.otherProperty().subscribe(now -> arrange());
        addEventHandler(KeyEvent.ANY, this::onPlainKey);
    }

    /// Where a new comparison begins.
    public Node firstFocus() {
        return bar.promptArea();
    }

    private static HBox columns(String style) {
        HBox columns = new HBox();
        columns.getStyleClass().add(style);
        return columns;
    }

    private Node stage() {
        empty.getStyleClass().add("empty-text");
        empty.setWrapText(true);
        empty.setMouseTransparent(true);
        empty.textProperty().bind(model.shown().hintProperty());
        others.getStyleClass().add("others");
        others.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        StackPane.setAlignment(others, Pos.BOTTOM_LEFT);
        StackPane stage = new StackPane(sides, slider, flip, heat, others, empty);
        zoom.getStyleClass().add("zoom-slot");
        zoom.managedProperty().bind(zoom.visibleProperty());
        stage.getStyleClass().add("stage");
        stage.setMinHeight(120);
        VBox.setVgrow(stage, Priority.ALWAYS);
        return stage;
    }

    private Node problems() {
        Label problems = new Label();
        problems.setId("problems");
        problems.getStyleClass().add("problem-line");
        problems.setWrapText(true);
        problems.setMaxWidth(Double.MAX_VALUE);
        problems.setMinHeight(Region.USE_PREF_SIZE);
        problems.managedProperty().bind(problems.visibleProperty());
        problems.setVisible(false);
        model.problems().subscribe(() -> {
            problems.setText(String.join("\n", model.problems()));
            problems.setVisible(!model.problems().isEmpty());
        });
        return problems;
    }

    /// What stands at the right under the lanes.
    private Node end() {
        Button export = new Button(Words.of("compare.export"), Icons.icon(Feather.DOWNLOAD));
        export.setId("export");
        export.getStyleClass().add("pill-button");
        export.setTooltip(new Hint(Words.of("compare.export.help")));
        export.setMinWidth(Region.USE_PREF_SIZE);
        export.disableProperty().bind(model.sheet().exportableProperty().not());
        export.setOnAction(event -> model.sheet().export());
        Label notice = new Label();
        notice.setId("notice");
        notice.getStyleClass().add("notice");
        notice.textProperty().bind(model.sheet().noticeProperty());
        notice.setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
        notice.setMinWidth(0);
        HBox end = new HBox(notice, zoom, new Explained(export, Words.of("compare.export.off")));
        end.getStyleClass().add("end");
        end.setMinWidth(Region.USE_PREF_SIZE);
        return end;
    }

    /// One column per lane; columns of lanes that stay are kept.
    private void rebuild() {
        List<Column> old = List.copyOf(columns);
        columns.clear();
        for (LaneViewModel lane : model.lanes()) {
            columns.add(old.stream().filter(column -> column.lane() == lane).findFirst().orElseGet(() -> column(lane)));
        }
        headers.getChildren().setAll(columns.stream().map(Column::header).toList());
        sides.getChildren().setAll(columns.stream().map(Column::view).toList());
        metrics.getChildren().setAll(columns.stream().map(Column::metrics).toList());
        // Narrow lanes have no corner to spare: the zoom that all of them share stands below them.
        Node zoomBar = columns.getLast().view().zoomBar();
        zoom.getChildren().setAll(zoomBar);
        StackPane.setAlignment(zoomBar, Pos.CENTER);
        columns.forEach(column -> {
            column.view().setZoomBarVisible(column.lane().index() == columns.size() - 1);
            column.view().setAccessibleText(Words.of("compare.picture", column.lane().name()));
        });
        rebuildOthers();
        arrange();
    }

    private Column column(LaneViewModel lane) {
        Column column = new Column(lane, new LaneHeader(model, lane), new PictureView(), new MetricsRow(lane));
        for (Region part : List.of(column.header(), column.view(), column.metrics())) {
            HBox.setHgrow(part, Priority.ALWAYS);
            part.setMinWidth(0);
            part.setPrefWidth(1);
            part.setMaxWidth(Double.MAX_VALUE);
        }
        column.view().viewportProperty().bindBidirectional(viewport);
        lane.pictureProperty().subscribe(picture -> {
            column.view().setPicture(toPicture(picture));
            arrange();
        });
        return column;
    }

    private static @Nullable Picture toPicture(@Nullable Shown shown) {
        if (shown == null) {
            return null;
        }
        return shown.preview()
                ? Picture.preview(PixelSurface.image(shown.image()), shown.width(), shown.height())
                : Picture.of(PixelSurface.image(shown.image()));
    }

    private void rebuildOthers() {
        ToggleGroup group = new ToggleGroup();
        others.getChildren().clear();
        Label with = new Label(Words.of("compare.with"));
        with.getStyleClass().add("chip");
        others.getChildren().add(with);
        for (Column column : columns.subList(1, columns.size())) {
            int index = column.lane().index();
            ToggleButton chip = new ToggleButton(column.lane().name());
            chip.getStyleClass().setAll("chip", LaneStyles.of(index));
            chip.setAccessibleText(Words.of("compare.with.help", column.lane().name()));
            chip.setTooltip(new Hint(chip.getAccessibleText()));
            chip.setToggleGroup(group);
            chip.setSelected(index == model.otherProperty().get());
            chip.setOnAction(event -> {
                chip.setSelected(true);
                model.otherProperty().set(index);
            });
            others.getChildren().add(chip);
        }
    }

    /// Shows the pictures as the mode says.
    private void arrange() {
        CompareMode mode = model.modeProperty().get();
        empty.setVisible(columns.stream().allMatch(column -> column.view().pictureProperty().get() == null));
        sides.setVisible(mode == CompareMode.SIDE_BY_SIDE);
        zoom.setVisible(mode == CompareMode.SIDE_BY_SIDE);
        slider.setVisible(mode == CompareMode.SLIDER);
        flip.setVisible(mode == CompareMode.FLIP);
        heat.setVisible(mode == CompareMode.DIFFERENCE);
        others.setVisible(mode.needsPair() && columns.size() > CompareViewModel.LEAST_LANES);
        if (columns.size() < CompareViewModel.LEAST_LANES) {
            return;
        }
        Column first = columns.getFirst();
        Column second = columns.get(Math.min(model.otherProperty().get(), columns.size() - 1));
        switch (mode) {
            case SIDE_BY_SIDE -> {}
            case SLIDER -> {
                slider.firstProperty().set(first.view().pictureProperty().get());
                slider.secondProperty().set(second.view().pictureProperty().get());
                slider.setNames(first.lane().name(), LaneStyles.of(first.lane().index()), second.lane().name(), LaneStyles.of(second.lane().index()));
            }
            case FLIP ->
                flip.setSides(columns.stream()
                        .map(column -> new FlipView.Side(
                                column.lane().name(), LaneStyles.of(column.lane().index()), column.view().pictureProperty().get()))
                        .toList());
            case DIFFERENCE -> {
                heat.firstProperty().set(first.view().pictureProperty().get());
                heat.secondProperty().set(second.view().pictureProperty().get());
            }
        }
    }

    /// Handles the shortcuts of this screen, wherever the focus is; consumes those it acts on.
    public void onKey(KeyEvent event) {
        if (!event.isShortcutDown()) {
            return;
        }
        switch (event.getCode()) {
            case ENTER -> model.run();
            case E -> model.sheet().export();
            default -> {
                return;
            }
        }
        event.consume();
    }

    /// Keys without Ctrl, which belong to the control that has the focus first.
    private void onPlainKey(KeyEvent event) {
        if (event.getCode() == KeyCode.ESCAPE && event.getEventType() == KeyEvent.KEY_PRESSED) {
            model.stop();
            event.consume();
        }
        if (event.isConsumed() || event.getTarget() instanceof TextInputControl || event.isShortcutDown() || event.isAltDown()) {
            return;
        }
        if (onFlip(event) || (event.getEventType() == KeyEvent.KEY_PRESSED && (onScreenKey(event.getCode()) || timeline.scrub(event)))) {
            event.consume();
        }
    }

    private boolean onFlip(KeyEvent event) {
        boolean wanted = event.getCode() == KeyCode.F || event.getCode() == KeyCode.BACK_SLASH;
        if (wanted && event.getEventType() == KeyEvent.KEY_PRESSED && model.modeProperty().get() != CompareMode.FLIP) {
            model.modeProperty().set(CompareMode.FLIP);
        }
        return flip.flip(event, System.nanoTime());
    }

    private boolean onScreenKey(KeyCode code) {
        switch (code) {
            case DIGIT1 -> model.modeProperty().set(CompareMode.SIDE_BY_SIDE);
            case DIGIT2 -> model.modeProperty().set(CompareMode.SLIDER);
            case DIGIT3 -> model.modeProperty().set(CompareMode.FLIP);
            case DIGIT4 -> model.modeProperty().set(CompareMode.DIFFERENCE);
            default -> {
                return false;
            }
        }
        return true;
    }
}
