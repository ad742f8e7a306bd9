package org.lodestar.studio.shell;

import java.util.Locale;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.text.Words;

/// The line at the bottom.
final class StatusBar extends HBox {

    StatusBar(StatusViewModel model) {
        getStyleClass().add("status-bar");
        Label device = label("status-device", USE_PREF_SIZE);
        device.textProperty().bind(model.deviceProperty());
        device.managedProperty().bind(model.deviceProperty().isNotEmpty());
        Label memory = label("status-memory", USE_PREF_SIZE);
        memory.textProperty().bind(model.memoryProperty());
        memory.setTooltip(new Hint(Words.of("status.memory.help")));
        Label activity = label("status-activity", 0);
        activity.textProperty().bind(model.activityProperty());
        Hint whole = new Hint();
        whole.textProperty().bind(model.activityProperty());
        activity.setTooltip(whole);
        ProgressBar progress = new ProgressBar();
        progress.setId("progress");
        progress.progressProperty().bind(model.progressProperty());
        progress.visibleProperty().bind(model.moodProperty().isEqualTo(StatusViewModel.Mood.BUSY).and(model.progressProperty().greaterThan(0)));
        progress.setAccessibleText(Words.of("status.progress"));
        model.moodProperty().subscribe(mood -> activity.getStyleClass().setAll("label", "activity", mood.name().toLowerCase(Locale.ROOT)));
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Label budget = label("status-budget", USE_PREF_SIZE);
        budget.textProperty().bind(model.budgetProperty());
        budget.setTooltip(new Hint(Words.of("status.nfe.help")));
        getChildren().addAll(device, memory, activity, progress, gap, budget);
    }

    /// @param least width; only what is going on may be cut short, the whole of it is one hover away
    private static Label label(String id, double least) {
        Label label = new Label();
        label.setId(id);
        label.setMinWidth(least);
        return label;
    }
}
