package org.lodestar.engine.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.lodestar.engine.codec.LatentCodec;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.latent.LatentFormat.RgbFactors;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelInfo.Size;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.preview.LinearPreviewer;
import org.lodestar.engine.schedule.BetaTable;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.VpSchedule;

/// A model shaped like Stable Diffusion 1.5 at 512x512 (4x64x64 latents, 77x768 text states, eps-prediction) whose network returns its input after a set time. It shows
/// what the engine itself costs per step: all copying to and from tensors counts as the engine's, only the waiting as the network's.
final class StubModel implements ModelLoader, ModelPackage {
    private static final int SIDE = 512;
    private static final int CHANNELS = 4;
    private static final int DOWNSCALE = 8;
    private static final int TOKENS = 77;
    private static final int WIDTH = 768;

    private final long callNanos;
    private final NoiseSchedule schedule = VpSchedule.of(BetaTable.scaledLinear(1000, 0.00085, 0.012).alphaBars());
    private final AtomicLong waited = new AtomicLong();

    /// @param callNanos what one network call takes, whatever its batch
    StubModel(long callNanos) {
        this.callNanos = callNanos;
    }

    /// Nanoseconds spent waiting since the last call of this method.
    long takeWaited() {
        return waited.getAndSet(0);
    }

    @Override
    public PackageReport inspect(Path folder) {
        return new PackageReport(folder, "stub", "stub", "made for measuring", List.of(), List.of(), List.of());
    }

    @Override
    public ModelPackage open(Path folder, DeviceWish wish, LoadListener listener, CancelToken cancel) {
        return this;
    }

    @Override
    public ModelInfo info() {
        Size size = new Size(SIDE, SIDE);
        return new ModelInfo(
                "stub",
                Path.of("stub"),
                "stub",
                "0".repeat(64),
                new Device("cpu", "stub", 1, List.of()),
                "together",
                new ModelInfo.Sizes(DOWNSCALE, SIDE, SIDE, SIDE, SIDE, List.of(size)),
                new ModelInfo.Defaults(size, 20, "ddim", "trailing", "cfg(w=7.5)"),
                List.of());
    }

    @Override
    public TextEncoder text() {
        return new TextEncoder() {
            @Override
            public Conditioning encode(String text, CancelToken cancel) {
                float[] states = new float[TOKENS * WIDTH];
                states[0] = text.length();
                return new Conditioning(text, Map.of("encoder_hidden_states", new Embedding(new int[] {TOKENS, WIDTH}, states)));
            }

            @Override
            public TokenCount count(String text) {
                return new TokenCount(0, TOKENS - 2);
            }
        };
    }

    @Override
    public Denoiser denoiser() {
        return new Denoiser() {
            private FloatBuffer sample = floats(0);
            private FloatBuffer states = floats(0);

            @Override
            public List<Prediction> predict(List<Query> queries, CancelToken cancel) {
                int count = queries.stream().mapToInt(query -> query.x().size()).sum();
                sample = sample.capacity() < count ? floats(count) : sample.clear();
                states = states.capacity() < queries.size() * TOKENS * WIDTH ? floats(queries.size() * TOKENS * WIDTH) : states.clear();
                for (Query query : queries) {
                    query.x().copyTo(sample);
                    query.branch().conditioning().tensors().values().forEach(embedding -> embedding.copyTo(states));
                }
                waitOnce();
                sample.flip();
                List<Prediction> answers = new ArrayList<>(queries.size());
                for (Query query : queries) {
                    Latents raw = Latents.read(query.x().channels(), query.x().height(), query.x().width(), sample);
                    answers.add(Parameterization.EPS.toPrediction(raw, query.x(), query.level()));
                }
                return answers;
            }
        };
    }

    private void waitOnce() {
        long start = System.nanoTime();
        long now = start;
        while (now - start < callNanos) {
            Thread.onSpinWait();
            now = System.nanoTime();
        }
        waited.addAndGet(now - start);
    }

    private static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    @Override
    public LatentCodec codec() {
        return new LatentCodec() {
            @Override
            public Rgb decode(Latents z, CancelToken cancel) {
                return Rgb.adopt(z.width() * DOWNSCALE, z.height() * DOWNSCALE, new byte[z.width() * z.height() * DOWNSCALE * DOWNSCALE * 3]);
            }

            @Override
            public Latents encode(Rgb image, CancelToken cancel) {
                throw new EngineException.InferenceFailure("The stub has no encoder.", null);
            }

            @Override
            public boolean canEncode() {
                return false;
            }
        };
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
        return new LatentFormat(CHANNELS, DOWNSCALE, 0.18215, 0);
    }

    @Override
    public LatentPreviewer previewer() {
        List<Double> row = List.of(0.3, 0.3, 0.3);
        return new LinearPreviewer(new RgbFactors(List.of(row, row, row, row), List.of(0.0, 0.0, 0.0)));
    }

    @Override
    public void close() {
        waited.set(0);
    }
}
