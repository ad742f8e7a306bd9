package org.lodestar.engine.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelChoice;
import picocli.CommandLine.Option;

/// The options that put the denoiser of another model beside that of `--model`.
final class LentOptions {
    @Option(names = "--weak", paramLabel = "DIR", description = "A second model, whose denoiser is the weak one for autoguidance: smaller or less trained, of the same latents and text encoder.")
    private @Nullable String weak;

    @Option(names = "--second", paramLabel = "DIR", description = "A second model to mix weights with: a fine-tune of the same model from the same exporter.")
    private @Nullable String second;

    /// What other models lend, as typed; folders in full.
    List<Lent> lent() {
        return Stream.of(lent(weak, Branch.Net.WEAK), lent(second, Branch.Net.SECOND)).flatMap(Optional::stream).toList();
    }

    /// `choice` with what was typed here.
    ModelChoice beside(ModelChoice choice) {
        ModelChoice all = choice;
        for (Lent net : lent()) {
            all = all.borrowing(net);
        }
        return all;
    }

    private static Optional<Lent> lent(@Nullable String model, Branch.Net role) {
        return Optional.ofNullable(model).map(name -> Lent.by(name.equals(ModelChoice.STARTER) ? name : Path.of(name).toAbsolutePath().normalize().toString(), role));
    }
}
