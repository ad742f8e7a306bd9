package org.lodestar.studio.compare;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.session.FollowedRun;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.text.Words;

/// Exports a finished comparison as one labelled picture, and says where it went.
public final class SheetViewModel {
    private final StudioSession session;
    private final PreviewWorker worker;
    private final LinkedRunViewModel shown;
    private final List<LaneViewModel> lanes;
    private final Consumer<EngineException> onFailure;
    private final ReadOnlyStringWrapper notice = new ReadOnlyStringWrapper(this, "notice", "");

    /// @param lanes     of the run that is shown, as they are by then
    /// @param onFailure told why a picture could not be written
    SheetViewModel(StudioSession session, PreviewWorker worker, LinkedRunViewModel shown, List<LaneViewModel> lanes, Consumer<EngineException> onFailure) {
        this.session = session;
        this.worker = worker;
        this.shown = shown;
        this.lanes = lanes;
        this.onFailure = onFailure;
        shown.steps().runProperty().subscribe(() -> notice.set(""));
    }

    /// Whether all lanes have their finished pictures.
    public ReadOnlyBooleanProperty exportableProperty() {
        return shown.completeProperty();
    }

    /// What was written last, as a sentence, or "".
    public ReadOnlyStringProperty noticeProperty() {
        return notice.getReadOnlyProperty();
    }

    /// Writes all lanes as one labelled picture to where pictures go.
    public void export() {
        FollowedRun run = shown.steps().runProperty().get();
        if (run == null || !exportableProperty().get()) {
            return;
        }
        CompareSheet sheet = new CompareSheet(lanes.stream()
                .map(lane -> new CompareSheet.Entry(
                        lane.ranTitle(), run.lane(lane.index()), run.picture(lane.index()).orElseThrow().image(), lane.metricsProperty().get()))
                .toList());
        Path folder = session.settingsProperty().get().outputFolder();
        worker.ask("compare export", () -> written(sheet, folder), this::exported);
    }

    /// A file written, or why not.
    private record Written(Optional<Path> file, Optional<EngineException> problem) {}

    private static Written written(CompareSheet sheet, Path folder) {
        try {
            return new Written(Optional.of(sheet.write(folder, LocalDate.now(ZoneId.systemDefault()))), Optional.empty());
        } catch (EngineException problem) {
            return new Written(Optional.empty(), Optional.of(problem));
        }
    }

    private void exported(@Nullable Written written) {
        if (written != null) {
            written.file().ifPresent(file -> notice.set(Words.of("compare.exported", file)));
            written.problem().ifPresent(onFailure);
        }
    }
}
