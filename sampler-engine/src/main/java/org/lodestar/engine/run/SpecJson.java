package org.lodestar.engine.run;

/// stand-in
final class SpecJson {
    private SpecJson() {}

    static String text(RunSpec spec) {
        return spec.toString();
    }

    static String hash(RunSpec spec) {
        return Integer.toHexString(spec.hashCode());
    }
}
