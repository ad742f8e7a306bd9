package org.lodestar.engine.internal.ort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// How many cores there are to compute on.
final class Processors {

    private Processors() {}

    /// Physical cores as far as the system tells (two threads of one core share its arithmetic units), never more than the processors this program may use, at least 1.
    static int cores() {
        int allowed = Runtime.getRuntime().availableProcessors();
        Path cpuInfo = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(cpuInfo)) {
            return Math.max(1, allowed);
        }
        try {
            int physical = physicalCores(Files.readString(cpuInfo, StandardCharsets.UTF_8));
            return physical > 0 ? Math.clamp(physical, 1, allowed) : Math.max(1, allowed);
        } catch (IOException e) {
            return Math.max(1, allowed);
        }
    }

    /// Distinct pairs of "physical id" and "core id" in the text of `/proc/cpuinfo`; 0 if it does not name them.
    static int physicalCores(String cpuInfo) {
        Set<String> cores = new HashSet<>();
        String socket = "0";
        for (String line : cpuInfo.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String value = line.substring(colon + 1).strip();
            if (line.startsWith("physical id")) {
                socket = value;
            } else if (line.startsWith("core id")) {
                cores.add(socket + "/" + value);
            }
        }
        return cores.size();
    }
}
