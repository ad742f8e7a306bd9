package org.lodestar.engine.run;

import java.util.Map;
import java.util.TreeMap;

/// Seconds by phase of one run, added up as it goes. Confined to the inference thread.
final class RunTimings {
    private final Map<String, Long> nanos = new TreeMap<>();

    void add(String phase, long duration) {
        nanos.merge(phase, duration, Long::sum);
    }

    /// Phase to seconds so far, and their sum without "network" (which is part of "denoise") as "total".
    Map<String, Double> seconds() {
        Map<String, Double> seconds = new TreeMap<>();
        double total = 0;
        for (Map.Entry<String, Long> entry : nanos.entrySet()) {
            double value = entry.getValue() / 1e9;
            seconds.put(entry.getKey(), value);
            total += entry.getKey().equals("network") ? 0 : value;
        }
        seconds.put("total", total);
        return seconds;
    }
}
