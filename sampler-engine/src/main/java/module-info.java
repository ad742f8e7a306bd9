/// Denoising, guidance and telemetry without a user interface.
@org.jspecify.annotations.NullMarked
module org.lodestar.engine {
    requires static org.jspecify;
    requires com.microsoft.onnxruntime;
    requires info.picocli;
    requires tools.jackson.databind;
    requires java.desktop;
    requires java.logging;
    requires java.management;
    requires jdk.management;
    requires jmh.core;

    exports org.lodestar.engine;
    exports org.lodestar.engine.analytic;
    exports org.lodestar.engine.bench;
    exports org.lodestar.engine.calibration;
    exports org.lodestar.engine.catalog;
    exports org.lodestar.engine.cli;
    exports org.lodestar.engine.codec;
    exports org.lodestar.engine.concept;
    exports org.lodestar.engine.evidence;
    exports org.lodestar.engine.fault;
    exports org.lodestar.engine.guidance;
    exports org.lodestar.engine.image;
    exports org.lodestar.engine.latent;
    exports org.lodestar.engine.model;
    exports org.lodestar.engine.noise;
    exports org.lodestar.engine.pack;
    exports org.lodestar.engine.parameter;
    exports org.lodestar.engine.preview;
    exports org.lodestar.engine.prompt;
    exports org.lodestar.engine.record;
    exports org.lodestar.engine.run;
    exports org.lodestar.engine.sampler;
    exports org.lodestar.engine.schedule;

    opens org.lodestar.engine.cli to
            info.picocli;
}
