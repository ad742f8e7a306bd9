package org.lodestar.engine.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.record.CanonicalJson;

/// The two streams a command writes to: results to `out`, everything else to `err`.
///
/// @param out         results
/// @param err         progress and problems
/// @param interactive whether a person watches, so that a line may be written over
public record Terminal(PrintStream out, PrintStream err, boolean interactive) {

    /// The process's own streams, in UTF-8.
    @SuppressWarnings("SystemConsoleNull") // Java 25 gives null again where the streams are redirected
    public static Terminal ofThisProcess() {
        @Nullable Console console = System.console();
        return new Terminal(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                console != null && console.isTerminal());
    }

    void result(String line) {
        out.println(line);
    }

    /// One line of JSON.
    void json(@Nullable Object value) {
        out.println(CanonicalJson.write(value));
    }

    void say(String line) {
        err.println(line);
    }

    /// One sentence per problem; with `json` they are also a result.
    void problems(List<Problem> problems, boolean json) {
        problems.forEach(problem -> err.println(problem.sentence()));
        if (json) {
            json(Map.of(
                    "problems",
                    problems.stream()
                            .map(p -> Map.of("where", p.where(), "expected", p.expected(), "found", p.found(), "remedy", p.remedy()))
                            .toList()));
        }
    }
}
