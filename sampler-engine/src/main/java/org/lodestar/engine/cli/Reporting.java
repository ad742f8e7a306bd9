package org.lodestar.engine.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/// How a command tells what it does.
final class Reporting {
    @Option(names = "--json", description = "Results as one line of JSON.")
    private boolean json;

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    Progress progress(Terminal terminal) {
        return new Progress(quiet ? Optional.empty() : Optional.of(terminal));
    }
}
