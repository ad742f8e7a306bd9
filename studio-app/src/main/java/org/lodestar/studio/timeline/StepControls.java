package org.lodestar.studio.timeline;

import javafx.collections.ListChangeListener;
import javafx.geometry.Orientation;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.image.Rgb;
import org.lodestar.studio.control.PlotLegend;
import org.lodestar.studio.control.StepStrip;
import org.lodestar.studio.control.TelemetryPlot;
import org.lodestar.studio.fx.PixelSurface;

/// A strip to scrub, a plot and its legend, all at the selected step of one [StepsViewModel].
public final class StepControls {
    private final StepsViewModel model;
    private final StepStrip strip = new StepStrip();
    private final TelemetryPlot plot = new TelemetryPlot();
    private final PlotLegend legend;

    /// @param emptyText   stands in the plot while there is nothing to draw
    /// @param orientation of the legend
    public StepControls(StepsViewModel model, String emptyText, Orientation orientation) {
        this.model = model;
        legend = new PlotLegend(plot, orientation);
        strip.setId("steps-strip");
        plot.setId("plot");
        plot.setEmptyText(emptyText);
        plot.setOnStepChosen(model::select);
        model.runProperty().subscribe(run -> begin(run == null ? 0 : run.steps()));
        model.thumbnails().addListener(this::showThumbnails);
        model.doneProperty().subscribe(done -> strip.setDone(done.intValue()));
        model.selectedProperty().subscribe(step -> {
            strip.select(step.intValue());
            plot.markedStepProperty().set(step.intValue());
        });
        strip.selectedProperty().subscribe(step -> {
            if (step.intValue() >= 0) {
                model.select(step.intValue());
            }
        });
    }

    public StepStrip strip() {
        return strip;
    }

    public TelemetryPlot plot() {
        return plot;
    }

    public PlotLegend legend() {
        return legend;
    }

    private void begin(int steps) {
        strip.begin(steps);
        plot.stepsProperty().set(steps);
    }

    private void showThumbnails(ListChangeListener.Change<? extends @Nullable Rgb> change) {
        while (change.next()) {
            for (int step = change.getFrom(); step < Math.min(change.getTo(), strip.stepsProperty().get()); step++) {
                Rgb made = model.thumbnails().get(step);
                strip.setThumbnail(step, made == null ? null : PixelSurface.image(made));
            }
        }
    }
}
