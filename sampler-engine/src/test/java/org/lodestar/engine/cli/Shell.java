package org.lodestar.engine.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.lodestar.engine.record.CanonicalJson;
import tools.jackson.databind.JsonNode;

/// Runs the command line inside the test, on the model that ships.
///
/// @param cache    for the engine
/// @param pictures where pictures without a name go
record Shell(Path cache, Path pictures) {

    record Result(int exit, String out, String err) {
        JsonNode json() {
            return CanonicalJson.parse("out", out);
        }
    }

    Result run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal =
                new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), false);
        Installation here = new Installation(Path.of(System.getProperty("lodestar.root")), pictures.resolveSibling("config"), cache, pictures.resolveSibling("data"), pictures);
        int exit = LodestarCommand.create(new Context(terminal, here, () -> 5_000_000_005L)).execute(args);
        return new Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
