package org.lodestar.studio.session;

import java.util.function.Function;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.preview.PreviewRation;

/// Makes the pictures of one step, all with the same previewer, so that they can be compared.
///
/// @param previewer the quick one, with the detailed one behind it if the model has one
/// @param style     which of them
/// @param ration    keeps the detailed one from taking the network's time
public record StagePainter(LatentPreviewer previewer, PreviewStyle style, PreviewRation ration) {
    /// What `work` makes with the previewer that is due.
    public <T> T make(Function<LatentPreviewer, T> work) {
        return switch (style) {
            case LINEAR -> work.apply(previewer);
            case EVERY_STEP -> work.apply(previewer.detailed().orElse(previewer));
            case BUDGET -> ration.make(previewer, work);
        };
    }
}
