package org.lodestar.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.engine.testing.ToyModel;

/// A model too large for the machine is loaded only where the user insists, and the starter model has a name of its own.
class LargeModelTest {
    @TempDir
    Path folder;

    private record Loader(boolean anyMemory) implements ModelLoader {
        @Override
        public ModelLoader allowingAnyMemory() {
            return new Loader(true);
        }

        @Override
        public PackageReport inspect(Path folder) {
            return new PackageReport(folder, "Toy", "toy", "it is", List.of(), List.of(), List.of());
        }

        @Override
        public ModelPackage open(Path folder, List<Lent> lent, DeviceWish wish, LoadListener listener, CancelToken cancel) {
            if (!anyMemory) {
                throw new EngineException.ModelTooLarge("It needs more memory than there is.");
            }
            return new ToyModel(ToySchedules.vp());
        }
    }

    private Engine engine() {
        return new LocalEngine(new EngineOptions(folder.resolve("home/models/starter"), folder, 1), new Loader(false), (plan, spec, lane, sample, picture, record) -> null);
    }

    @Test
    void itIsRefusedUntilItIsAllowedByName() {
        try (Engine engine = engine()) {
            String model = folder.toString();
            assertThatThrownBy(() -> engine.preload(model, DeviceWish.CPU).join()).isInstanceOf(CompletionException.class).hasCauseInstanceOf(EngineException.ModelTooLarge.class);

            engine.allowAnyMemory("starter");
            assertThatThrownBy(() -> engine.preload(model, DeviceWish.CPU).join()).as("another model was allowed").hasCauseInstanceOf(EngineException.ModelTooLarge.class);

            engine.allowAnyMemory(model);
            assertThat(engine.preload(model, DeviceWish.CPU).join().name()).isEqualTo("Toy");
        }
    }

    @Test
    void theStarterModelIsCalledThatWhereverItLies() {
        try (Engine engine = engine()) {
            assertThat(engine.nameOf(folder.resolve("home/models/../models/starter"))).isEqualTo("starter");
            assertThat(engine.nameOf(folder.resolve("other"))).isEqualTo(folder.resolve("other").toString());
        }
    }

    @Test
    void aFolderThatIsGoneIsSaid() {
        try (Engine engine = engine()) {
            assertThatThrownBy(() -> engine.preload(folder.resolve("gone").toString(), DeviceWish.CPU).join()).hasMessageContaining("which is not a folder").hasMessageContaining("choose another model");
        }
    }
}
