package org.lodestar.engine.record;

import java.util.Map;
import java.util.TreeMap;

/// What made a picture: names to versions.
public final class Versions {
    /// This program's version.
    public static final String LODESTAR = "0.1.0";
    /// The network runtime's version.
    public static final String ONNX_RUNTIME = "1.29.0";

    private Versions() {}

    /// "lodestar", "java", "onnxruntime", "os", "arch".
    public static Map<String, String> current() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("lodestar", LODESTAR);
        versions.put("java", Runtime.version().toString());
        versions.put("onnxruntime", ONNX_RUNTIME);
        versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        versions.put("arch", System.getProperty("os.arch"));
        return versions;
    }
}
