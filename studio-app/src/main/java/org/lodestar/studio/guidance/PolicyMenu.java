package org.lodestar.studio.guidance;

import java.util.List;
import java.util.function.Consumer;
import javafx.scene.control.CustomMenuItem;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.guidance.PolicyType;

/// The entries from which a policy is chosen. Those that do not fit the stack are there too, grey, with the reason under their name.
final class PolicyMenu {
    private static final double WIDTH = 280;

    private PolicyMenu() {}

    /// @param replaced the card whose place is to be taken, or null to add one
    /// @param choose   takes what was chosen
    static void fill(List<MenuItem> items, GuidanceViewModel stack, @Nullable TermViewModel replaced, Consumer<PolicyType> choose) {
        items.clear();
        for (PolicyType policy : stack.policies()) {
            boolean self = replaced != null && policy.descriptor().equals(replaced.descriptor());
            String objection = self ? "" : stack.objection(policy, replaced);
            MenuItem item = item(policy, objection);
            item.setOnAction(event -> {
                if (!self) {
                    choose.accept(policy);
                }
            });
            items.add(item);
        }
    }

    private static MenuItem item(PolicyType policy, String objection) {
        Label name = new Label(policy.descriptor().title());
        name.getStyleClass().add("policy-name");
        Label words = new Label(objection.isEmpty() ? policy.descriptor().summary() : objection);
        words.getStyleClass().add("policy-words");
        words.setWrapText(true);
        words.setMinHeight(Region.USE_PREF_SIZE);
        VBox box = new VBox(name, words);
        box.setPrefWidth(WIDTH);
        box.setMaxWidth(WIDTH);
        box.getStyleClass().add("policy-entry");
        CustomMenuItem item = new CustomMenuItem(box);
        item.setId("policy-" + policy.descriptor().id());
        item.setDisable(!objection.isEmpty());
        return item;
    }
}
