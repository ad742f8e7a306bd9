package org.lodestar.engine.testing;

import java.nio.file.Path;
import java.util.List;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PackageReport;

/// Finds one model in every folder.
public record ToyLoader(ModelPackage model) implements ModelLoader {
    @Override
    public PackageReport inspect(Path folder) {
        return new PackageReport(folder, "Toy", "toy", "it is", List.of(), List.of(), List.of());
    }

    @Override
    public ModelPackage open(Path folder, List<Lent> lent, DeviceWish wish, LoadListener listener, CancelToken cancel) {
        return model;
    }
}
