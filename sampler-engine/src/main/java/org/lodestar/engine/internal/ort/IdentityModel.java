package org.lodestar.engine.internal.ort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.codec.LatentCodec;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.latent.LatentFormat.RgbFactors;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Cancelled;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DenoiserPorts;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.OnnxFile;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.preview.LinearPreviewer;
import org.lodestar.engine.schedule.BetaTable;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.VpSchedule;

/// A model of the shape of Stable Diffusion 1.5 whose network hands its input back: for measuring what the program itself costs.
///
/// Everything but the network is real: tensors are filled and read, the native runtime is called, predictions are converted. A wait of known length per evaluation stands
/// for the network, so that `1 - waited/wall` is the share of the loop spent outside it.
public final class IdentityModel implements ModelPackage {
    private static final int TOKENS = 77;
    private static final int WIDTH = 768;
    private static final LatentFormat FORMAT = new LatentFormat(4, 8, 0.18215, 0);
    private static final RgbFactors FACTORS = new RgbFactors(
            List.of(List.of(0.35, 0.23, 0.32), List.of(0.33, 0.5, 0.24), List.of(-0.28, 0.18, 0.27), List.of(-0.21, -0.26, -0.72)), List.of(0.0, 0.0, 0.0));

    private final ModelInfo info;
    private final OrtNet net;
    private final Denoiser inner;
    private final long waitNanos;
    private final NoiseSchedule schedule = VpSchedule.of(BetaTable.scaledLinear(1000, 0.00085, 0.012).alphaBars());
    private final LatentPreviewer previewer = new LinearPreviewer(FACTORS);
    private long waited;

    private IdentityModel(ModelInfo info, OrtNet net, DenoiserPorts ports, Duration evaluation) {
        this.info = info;
        this.net = net;
        this.waitNanos = evaluation.toNanos();
        this.inner = new OrtDenoiser(Map.of(Branch.Net.MAIN, new OrtDenoiser.Source(() -> net, ports, Parameterization.EPS)), new DenoiserInputs(FORMAT.downscale(), 1), CallLayout.TOGETHER);
    }

    /// Opens it on the CPU.
    ///
    /// @param evaluation how long one network evaluation is to take
    public static IdentityModel open(Path cacheFolder, int threads, Duration evaluation) {
        OrtRuntime runtime = OrtRuntime.start(cacheFolder, threads);
        Device device = runtime.choose(DeviceWish.CPU);
        Path file = cacheFolder.resolve("identity.onnx");
        try (InputStream graph = IdentityModel.class.getResourceAsStream("identity.onnx")) {
            if (graph == null) {
                throw new IOException("identity.onnx is missing from the program");
            }
            Files.createDirectories(cacheFolder);
            Files.copy(graph, file, StandardCopyOption.REPLACE_EXISTING);
            OnnxFile header = OnnxFile.read(file);
            DenoiserPorts ports = DenoiserPorts.of(header, "identity.onnx", new ArrayList<>()).orElseThrow();
            OrtNet net = OrtNet.open(runtime, device, OrtRuntime.Use.STEADY, "identity.onnx", file, header);
            ModelInfo.Size size = new ModelInfo.Size(512, 512);
            ModelInfo info = new ModelInfo(
                    "Identity", cacheFolder, "identity", "identity", device, CallLayout.TOGETHER.id(), new ModelInfo.Sizes(8, 64, 2048, 0, 0, List.of(size)),
                    new ModelInfo.Defaults(size, 20, "ddim", "leading", "cfg(w=7.5)", List.of()), ModelInfo.Abilities.PLAIN, List.of(), List.of(), List.of());
            return new IdentityModel(info, net, ports, evaluation);
        } catch (IOException e) {
            throw new EngineException.OutOfResources("The measuring network could not be written to " + cacheFolder + " (" + e.getMessage() + ").", e);
        }
    }

    /// Nanoseconds spent standing for the network so far.
    public long waitedNanos() {
        return waited;
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public Denoiser denoiser() {
        return this::predict;
    }

    private List<Prediction> predict(List<Query> queries, CancelToken cancel) {
        List<Prediction> answers = inner.predict(queries, cancel);
        long start = System.nanoTime();
        long end = start + queries.size() * waitNanos;
        while (System.nanoTime() - end < 0) {
            if (cancel.isCancelled()) {
                throw new Cancelled();
            }
            Thread.onSpinWait(); // sleeping would be too coarse
        }
        waited += System.nanoTime() - start;
        return answers;
    }

    @Override
    public TextEncoder text() {
        return new TextEncoder() {
            @Override
            public Conditioning encode(String text, Reading reading, CancelToken cancel) {
                float[] states = new float[TOKENS * WIDTH];
                java.util.Arrays.fill(states, text.hashCode() * 0x1p-32f);
                return new Conditioning(text, Map.of("encoder_hidden_states", new Embedding(new int[] {TOKENS, WIDTH}, states)));
            }

            @Override
            public TokenCount count(String text, Dialect dialect) {
                return new TokenCount(Math.min(text.length(), TOKENS - 2), TOKENS - 2);
            }
        };
    }

    @Override
    public LatentCodec codec() {
        return new LatentCodec() {
            @Override
            public Rgb decode(Latents z, CancelToken cancel) {
                return enlarge(previewer.preview(z), FORMAT.downscale());
            }

            @Override
            public Posterior posterior(Latents pixels, CancelToken cancel) {
                throw new UnsupportedOperationException("this model only measures");
            }

            @Override
            public boolean canEncode() {
                return false;
            }
        };
    }

    private static Rgb enlarge(Rgb picture, int factor) {
        int width = picture.width() * factor;
        int height = picture.height() * factor;
        byte[] bytes = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int k = 0; k < 3; k++) {
                    bytes[(y * width + x) * 3 + k] = (byte) picture.at(x / factor, y / factor, k);
                }
            }
        }
        return Rgb.adopt(width, height, bytes);
    }

    @Override
    public NoiseSchedule schedule() {
        return schedule;
    }

    @Override
    public Parameterization parameterization() {
        return Parameterization.EPS;
    }

    @Override
    public LatentFormat latentFormat() {
        return FORMAT;
    }

    @Override
    public LatentPreviewer previewer() {
        return previewer;
    }

    @Override
    public void close() {
        net.close();
    }
}
