package org.lodestar.studio.control;

import java.util.List;
import java.util.Locale;
import javafx.beans.value.ObservableIntegerValue;
import javafx.geometry.Orientation;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/// The series of a [TelemetryPlot] with their colours, names and values at its marked step, or under the pointer while there is one. What a name means is one hover away.
public final class PlotLegend extends StackPane {

    private final TelemetryPlot plot;
    private final Pane readings;

    /// One reading below the other.
    public PlotLegend(TelemetryPlot plot) {
        this(plot, Orientation.VERTICAL);
    }

    /// @param orientation whether readings stand below or next to each other
    public PlotLegend(TelemetryPlot plot, Orientation orientation) {
        this.plot = plot;
        readings = orientation == Orientation.VERTICAL ? new VBox() : new FlowPane();
        readings.getStyleClass().add("readings-" + orientation.name().toLowerCase(Locale.ROOT));
        getChildren().add(readings);
        getStyleClass().add("plot-legend");
        plot.markedStepProperty().subscribe(step -> update());
        plot.hoveredProperty().subscribe(step -> update());
        if (orientation == Orientation.VERTICAL) {
            setMinWidth(Region.USE_PREF_SIZE);
        }
    }

    /// Reads the plot again; call it after [TelemetryPlot#setSeries].
    public void update() {
        ObservableIntegerValue step = plot.hoveredProperty().get() >= 0 ? plot.hoveredProperty() : plot.markedStepProperty();
        List<Series> series = plot.series();
        while (readings.getChildren().size() > series.size()) {
            readings.getChildren().removeLast();
        }
        for (int i = 0; i < series.size(); i++) {
            if (i == readings.getChildren().size()) {
                readings.getChildren().add(new Reading());
            }
            if (readings.getChildren().get(i) instanceof Reading reading) {
                reading.show(series.get(i), step.get());
            }
        }
    }

    @Override
    public String getUserAgentStylesheet() {
        return ControlStyles.URL;
    }

    private static final class Reading extends HBox {
        private final Region dot = new Region();
        private final Label name = new Label();
        private final Label value = new Label();
        private final Hint tooltip = new Hint();

        Reading() {
            getStyleClass().add("reading");
            name.getStyleClass().add("name");
            value.getStyleClass().add("value");
            name.setMinWidth(Region.USE_PREF_SIZE);
            value.setMinWidth(Region.USE_PREF_SIZE);
            getChildren().addAll(dot, name, value);
        }

        void show(Series series, int step) {
            dot.getStyleClass().setAll("dot", "series-" + series.color());
            name.setText(series.name());
            value.setText(series.textAt(step));
            tooltip.setText(series.help());
            if (series.help().isEmpty()) {
                Tooltip.uninstall(this, tooltip);
            } else {
                Tooltip.install(this, tooltip);
            }
        }
    }
}
