package org.lodestar.studio.guidance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.Popup;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.guidance.Slot;
import org.lodestar.studio.text.Words;

/// A list of all policies that opens at a button, with a field to search it, grouped by what they do.
/// Those that do not fit the stack stand at the end, faint, with the reason.
final class PolicyChooser {
    private static final double WIDTH = 360;
    private static final double TEXT_WIDTH = 310;
    private static final double HEIGHT = 440;
    /// By which of its slots a policy is grouped, and the order of the groups.
    private static final List<Slot> GROUPS = List.of(
            Slot.STRENGTH, Slot.WHEN, Slot.CURVE, Slot.REFERENCE, Slot.CONDITION, Slot.AROUND, Slot.FILTER, Slot.COMBINE, Slot.CORRECT, Slot.COUPLE);

    private final GuidanceViewModel stack;
    private final @Nullable TermViewModel replaced;
    private final Consumer<PolicyType> choose;
    private final Popup popup = new Popup();
    private final TextField search = new TextField();
    private final ListView<Row> list = new ListView<>();

    /// A line of the list: the name of a group, or a policy with what speaks against it.
    private sealed interface Row {
        record Group(String name) implements Row {}

        record Policy(PolicyType type, String objection) implements Row {}
    }

    private PolicyChooser(GuidanceViewModel stack, @Nullable TermViewModel replaced, Consumer<PolicyType> choose) {
        this.stack = stack;
        this.replaced = replaced;
        this.choose = choose;
        search.setPromptText(Words.of("chooser.search"));
        search.setAccessibleText(Words.of("chooser.search"));
        search.textProperty().subscribe(text -> refresh());
        list.setAccessibleText(Words.of("guidance.name"));
        list.setFocusTraversable(false);
        list.setCellFactory(view -> new PolicyCell());
        list.setPrefSize(WIDTH, HEIGHT);
        VBox content = new VBox(search, list);
        content.getStyleClass().add("policy-chooser");
        content.addEventFilter(KeyEvent.KEY_PRESSED, this::onKey);
        popup.getContent().add(content);
        popup.setAutoHide(true);
        popup.setHideOnEscape(true);
    }

    /// Opens the list under `anchor`.
    ///
    /// @param replaced the card whose place is to be taken, or null to add one
    /// @param choose   takes what was chosen
    static void open(Node anchor, GuidanceViewModel stack, @Nullable TermViewModel replaced, Consumer<PolicyType> choose) {
        PolicyChooser chooser = new PolicyChooser(stack, replaced, choose);
        Bounds at = anchor.localToScreen(anchor.getBoundsInLocal());
        chooser.popup.show(anchor, at.getMinX(), at.getMaxY() + 4);
        chooser.search.requestFocus();
    }

    private void refresh() {
        String wanted = search.getText().strip().toLowerCase(Locale.ROOT);
        List<Row.Policy> found = stack.policies().stream()
                .filter(policy -> matches(policy, wanted))
                .map(policy -> new Row.Policy(policy, objection(policy)))
                .toList();
        List<Row> rows = new ArrayList<>();
        GROUPS.forEach(group -> append(
                rows, "group." + group, found.stream().filter(row -> row.objection().isEmpty() && group(row.type()) == group).toList()));
        append(rows, "group.refused", found.stream().filter(row -> !row.objection().isEmpty()).toList());
        list.getItems().setAll(rows);
        selectNext(-1, 1);
        list.scrollTo(0);
    }

    private static void append(List<Row> rows, String group, List<Row.Policy> members) {
        if (!members.isEmpty()) {
            rows.add(new Row.Group(Words.of(group)));
            rows.addAll(members);
        }
    }

    private String objection(PolicyType policy) {
        boolean self = replaced != null && policy.descriptor().equals(replaced.descriptor());
        return self ? "" : stack.objection(policy, replaced);
    }

    /// The group of a policy: of its slots the one that stands first in [#GROUPS].
    private static Slot group(PolicyType policy) {
        return policy.slots().stream().min(Comparator.comparingInt(GROUPS::indexOf)).orElse(Slot.STRENGTH);
    }

    private static boolean matches(PolicyType policy, String wanted) {
        var descriptor = policy.descriptor();
        return (descriptor.id() + " " + descriptor.name() + " " + descriptor.title() + " " + descriptor.summary()).toLowerCase(Locale.ROOT).contains(wanted);
    }

    private void onKey(KeyEvent event) {
        switch (event.getCode()) {
            case DOWN -> selectNext(list.getSelectionModel().getSelectedIndex(), 1);
            case UP -> selectNext(list.getSelectionModel().getSelectedIndex(), -1);
            case ENTER -> take(list.getSelectionModel().getSelectedItem());
            default -> {
                return;
            }
        }
        event.consume();
    }

    /// Selects the next policy that can be taken, in one direction; stays where there is none.
    private void selectNext(int from, int direction) {
        for (int i = from + direction; i >= 0 && i < list.getItems().size(); i += direction) {
            if (list.getItems().get(i) instanceof Row.Policy(PolicyType _, String objection) && objection.isEmpty()) {
                list.getSelectionModel().select(i);
                list.scrollTo(Math.max(0, i - 2));
                return;
            }
        }
    }

    private void take(@Nullable Row row) {
        if (row instanceof Row.Policy(PolicyType type, String objection) && objection.isEmpty()) {
            popup.hide();
            if (replaced == null || !type.descriptor().equals(replaced.descriptor())) {
                choose.accept(type);
            }
        }
    }

    private final class PolicyCell extends ListCell<Row> {
        private final Label name = new Label();
        private final Label title = new Label();
        private final Label words = new Label();
        private final VBox policy = new VBox(new HBox(8, name, title), words);

        PolicyCell() {
            name.getStyleClass().add("card-name");
            name.setMinWidth(Region.USE_PREF_SIZE);
            title.getStyleClass().add("card-title");
            words.getStyleClass().add("card-sentence");
            words.setWrapText(true);
            words.setMinHeight(Region.USE_PREF_SIZE);
            policy.getStyleClass().add("policy-entry");
            words.setPrefWidth(TEXT_WIDTH);
            policy.setMaxWidth(TEXT_WIDTH);
            setOnMouseClicked(event -> {
                if (event.getButton() == MouseButton.PRIMARY) {
                    take(getItem());
                }
            });
        }

        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            getStyleClass().removeAll("group", "refused");
            setText(null);
            setGraphic(null);
            if (empty || row == null) {
                return;
            }
            switch (row) {
                case Row.Group(String groupName) -> {
                    getStyleClass().add("group");
                    setText(groupName);
                }
                case Row.Policy(PolicyType type, String objection) -> {
                    name.setText(type.descriptor().name());
                    title.setText(type.descriptor().title().equals(type.descriptor().name()) ? "" : type.descriptor().title());
                    words.setText(objection.isEmpty() ? type.descriptor().summary() : objection);
                    if (!objection.isEmpty()) {
                        getStyleClass().add("refused");
                    }
                    setGraphic(policy);
                }
            }
        }
    }
}
