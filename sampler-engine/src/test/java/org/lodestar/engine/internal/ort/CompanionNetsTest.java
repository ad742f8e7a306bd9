package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.testing.TinyFolder;

/// Networks that lie beside the main one in a model folder.
class CompanionNetsTest {
    private static final CancelToken NEVER = new CancelToken();
    private static final Latents X = Latents.zeros(4, 4, 4).like(i -> 0.1 * i - 2);

    @TempDir
    Path folder;

    @TempDir
    static Path cache;

    @Test
    void theReflectedNetAnswersWithANoiseWhateverTheMainNetPutsOut() {
        TinyFolder files = TinyFolder.write(folder.resolve("model"));
        files.denoiser(8).write(files.file("reflected/unet/model.onnx"));
        try (ModelPackage model = open(files)) {
            assertThat(model.parameterization()).isEqualTo(Parameterization.V);
            assertThat(ask(model, Branch.Net.REFLECTED).noise()).as("the graph hands its input through").isEqualTo(X);
            assertThat(ask(model, Branch.Net.MAIN).noise()).isNotEqualTo(X);
        }
    }

    private ModelPackage open(TinyFolder files) {
        return new OrtModelLoader(cache, 1).open(files.root(), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER);
    }

    private static Prediction ask(ModelPackage model, Branch.Net net) {
        Branch branch = Branch.main("cond", model.text().encode("red apple", NEVER)).to(net);
        return model.denoiser().predict(List.of(new Query(branch, X, model.schedule().at(500))), NEVER).getFirst();
    }
}
