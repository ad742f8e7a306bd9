package org.lodestar.studio.compare;

import java.util.ArrayList;
import java.util.List;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.text.Words;

/// The numbers under a lane: values under their names in one row where that fits, else beside their names in columns.
final class MetricsRow extends Region {
    private static final double STACKED_COLUMN = 84;
    private static final double BESIDE_COLUMN = 106;
    private static final double GAP = 3;

    private final List<Label> names = new ArrayList<>();
    private final List<Label> values = new ArrayList<>();

    MetricsRow(LaneViewModel lane) {
        getStyleClass().add("metrics");
        for (Metric metric : Metric.values()) {
            add(lane, metric);
        }
        getChildren().addAll(names);
        getChildren().addAll(values);
        setMinHeight(USE_PREF_SIZE);
    }

    private void add(LaneViewModel lane, Metric metric) {
        Label name = new Label(metric.label());
        name.getStyleClass().add("metric-name");
        Label value = new Label();
        value.getStyleClass().add("metric-value");
        value.setId("metric-" + metric);
        name.setLabelFor(value);
        Hint tooltip = new Hint(metric.help());
        name.setTooltip(tooltip);
        value.setTooltip(tooltip);
        lane.metricsProperty().subscribe(metrics -> {
            value.setText(metric.text(metrics));
            value.setAccessibleText(Words.of("compare.metric.spoken", lane.name(), name.getText(), value.getText()));
        });
        names.add(name);
        values.add(value);
    }

    @Override
    protected double computePrefHeight(double width) {
        return heightAt(getWidth());
    }

    @Override
    protected void layoutChildren() {
        boolean stacked = isStacked();
        int columns = columns();
        double column = inner() / columns;
        double nameHeight = nameHeight();
        double valueHeight = valueHeight();
        double row = rowHeight();
        for (int i = 0; i < names.size(); i++) {
            double x = snapPositionX(snappedLeftInset() + i % columns * column);
            int line = i / columns;
            double y = snappedTopInset() + line * (row + GAP);
            Label name = names.get(i);
            Label value = values.get(i);
            if (stacked) {
                name.resizeRelocate(x, y, column, nameHeight);
                value.resizeRelocate(x, y + nameHeight + 1, column, valueHeight);
            } else {
                double nameWidth = Math.min(column, name.prefWidth(-1));
                name.resizeRelocate(x, y + (row - nameHeight) / 2, nameWidth, nameHeight);
                value.resizeRelocate(x + nameWidth + 6, y + (row - valueHeight) / 2, Math.max(0, column - nameWidth - 8), valueHeight);
            }
        }
        // How many rows it takes is known only once the width is; the next layout gives them room.
        setPrefHeight(heightAt(getWidth()));
    }

    private double inner() {
        return Math.max(1, getWidth() - snappedLeftInset() - snappedRightInset());
    }

    private boolean isStacked() {
        return inner() >= STACKED_COLUMN * names.size();
    }

    /// As many as fit, evened out over the rows that takes.
    private int columns() {
        int count = names.size();
        if (isStacked()) {
            return count;
        }
        int fitting = Math.clamp((int) (inner() / BESIDE_COLUMN), 1, count);
        return Math.ceilDiv(count, Math.ceilDiv(count, fitting));
    }

    private double heightAt(double width) {
        int rows = width <= 0 ? 1 : Math.ceilDiv(names.size(), columns());
        return snappedTopInset() + rows * rowHeight() + (rows - 1) * GAP + snappedBottomInset();
    }

    private double rowHeight() {
        return isStacked() ? nameHeight() + 1 + valueHeight() : Math.max(nameHeight(), valueHeight());
    }

    private double nameHeight() {
        return snapSizeY(names.getFirst().prefHeight(-1));
    }

    private double valueHeight() {
        return snapSizeY(values.getFirst().prefHeight(-1));
    }
}
