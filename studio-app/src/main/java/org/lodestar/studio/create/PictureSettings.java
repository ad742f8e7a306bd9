package org.lodestar.studio.create;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.record.SharedSettings;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.SpecJson;
import org.lodestar.studio.text.Words;

/// The settings a picture file carries, ours or another program's.
final class PictureSettings {

    private PictureSettings() {}

    /// Reads `file` and gives back what puts its settings into a form.
    ///
    /// @throws EngineException if it cannot be read or has none
    static Consumer<RecipeViewModel> read(Path file) {
        PictureFile picture = PictureFile.read(file);
        Optional<RunSpec> ours = picture.record().map(record -> SpecJson.read(record.spec()).withSeed(record.seed()));
        if (ours.isPresent()) {
            return recipe -> recipe.show(ours.get());
        }
        SharedSettings shared = picture.parameters()
                .map(SharedSettings::of)
                .orElseThrow(() -> new EngineException.InvalidInput(
                        String.valueOf(file.getFileName()), Words.of("drop.expected"), Words.of("drop.found"), Words.of("drop.remedy")));
        return recipe -> recipe.show(shared);
    }
}
