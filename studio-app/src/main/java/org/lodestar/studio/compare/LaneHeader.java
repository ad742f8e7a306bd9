package org.lodestar.studio.compare;

import atlantafx.base.controls.Popover;
import javafx.css.PseudoClass;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.QuietScroll;
import org.lodestar.studio.guidance.GuidanceView;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The head of a lane: its letter, its policy in short, and the way to change it.
final class LaneHeader extends HBox {
    private static final double CARD_WIDTH = 320;
    private static final double CARD_HEIGHT = 520;
    private static final double ROOMY = 320;
    private static final PseudoClass NARROW = PseudoClass.getPseudoClass("narrow");

    private final LaneViewModel lane;
    private final Label letter = new Label();
    private final Button policy = new Button(Words.of("compare.policy"), Icons.icon(Feather.SLIDERS));
    private final Popover card = new Popover();

    LaneHeader(CompareViewModel model, LaneViewModel lane) {
        this.lane = lane;
        getStyleClass().add("lane-header");
        Label title = new Label();
        title.getStyleClass().add("lane-title");
        title.textProperty().bind(lane.titleProperty());
        title.setMinWidth(0);
        title.setWrapText(true);
        Hint full = new Hint();
        full.textProperty().bind(lane.titleProperty());
        title.setTooltip(full);
        Button remove = Icons.button(Feather.X, Words.of("compare.removeLane", lane.name()));
        remove.setOnAction(event -> model.removeLane(lane));
        model.lanes().subscribe(() -> remove.setVisible(model.lanes().size() > CompareViewModel.LEAST_LANES));
        remove.setVisible(model.lanes().size() > CompareViewModel.LEAST_LANES);
        remove.managedProperty().bind(remove.visibleProperty());
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        buildCard();
        getChildren().addAll(letter, title, edited(), gap, policy, remove);
        lane.indexProperty().subscribe(now -> {
            letter.setText(lane.name());
            letter.getStyleClass().setAll("label", "lane-letter", LaneStyles.of(lane.index()));
            policy.setId("policy-" + lane.name());
            policy.setAccessibleText(Words.of("compare.policy.help", lane.name()));
            remove.setId("remove-lane-" + lane.name());
        });
    }

    /// Opens the card with the lane's guidance.
    void openCard() {
        card.show(policy);
    }

    private void buildCard() {
        policy.getStyleClass().add("pill-button");
        policy.setMinWidth(Region.USE_PREF_SIZE);
        widthProperty().subscribe(() -> {
            policy.setText(getWidth() < ROOMY ? "" : Words.of("compare.policy"));
            pseudoClassStateChanged(NARROW, getWidth() < ROOMY);
        });
        policy.setTooltip(new Hint(Words.of("compare.policy.tip")));
        GuidanceView guidance = new GuidanceView(lane.guidance());
        QuietScroll scroll = new QuietScroll(guidance);
        scroll.setPrefWidth(CARD_WIDTH);
        scroll.prefHeightProperty().bind(guidance.heightProperty().map(height -> Math.clamp(height.doubleValue() + 4, 120, CARD_HEIGHT)));
        card.setContentNode(scroll);
        card.setArrowLocation(Popover.ArrowLocation.TOP_RIGHT);
        card.setHeaderAlwaysVisible(false);
        card.setDetachable(false);
        policy.setOnAction(event -> {
            if (card.isShowing()) {
                card.hide();
            } else {
                openCard();
            }
        });
    }

    /// Says that the picture is older than the policy.
    private Label edited() {
        Label edited = new Label();
        edited.getStyleClass().add("edited");
        widthProperty().subscribe(() -> edited.setText(getWidth() < ROOMY ? "●" : Words.of("compare.edited")));
        edited.setMinWidth(Region.USE_PREF_SIZE);
        Hint tooltip = new Hint();
        edited.setTooltip(tooltip);
        edited.visibleProperty().bind(lane.madeWithProperty().isNotEmpty());
        edited.managedProperty().bind(edited.visibleProperty());
        lane.madeWithProperty().subscribe(old -> tooltip.setText(Words.of("compare.edited.help", old)));
        return edited;
    }
}
