package org.lodestar.studio.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.run.StepRecord;

/// What the finished steps of one lane told: telemetry, calls and time.
final class LaneReadings {
    private final List<Telemetry> telemetry = new ArrayList<>();
    private int nfe;
    private int nfeSaved;
    private long nanos;

    void add(StepRecord record) {
        telemetry.add(record.telemetry().getFirst());
        nfe += record.nfe();
        nfeSaved += Math.max(0, record.nfeFull() - record.nfe());
        nanos += record.networkNanos() + record.otherNanos();
    }

    int steps() {
        return telemetry.size();
    }

    boolean guided(int step) {
        return telemetry.get(step).guided();
    }

    String note(int step) {
        return String.join("\n", telemetry.get(step).notes());
    }

    /// One value per step of the run, NaN for those to come.
    List<Double> values(Quantity quantity, int steps) {
        List<Double> values = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            values.add(step < telemetry.size() ? quantity.of(telemetry.get(step)) : Double.NaN);
        }
        return values;
    }

    LaneMetrics metrics() {
        double weight = telemetry.stream()
                .mapToDouble(Telemetry::effectiveWeight)
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
        return new LaneMetrics(nfe, nfeSaved, telemetry.isEmpty() ? Double.NaN : nanos / 1e9, weight, Optional.empty());
    }
}
