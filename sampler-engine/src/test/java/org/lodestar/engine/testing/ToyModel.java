package org.lodestar.engine.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lodestar.engine.codec.LatentCodec;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.NoiseSchedule;

/// A model without a network: each text names a Gaussian over 1x4x4 latents, whose clean-sample estimate is exact. Fast, deterministic, and wrong in no way that a run could notice.
public final class ToyModel implements ModelPackage {
    private final NoiseSchedule schedule;
    private final List<Integer> callSizes = new ArrayList<>();
    private final List<String> encoded = new ArrayList<>();
    private final List<String> scored = new ArrayList<>();
    private Runnable beforeCall = () -> {};
    private boolean closed;

    public ToyModel(NoiseSchedule schedule) {
        this.schedule = schedule;
    }

    /// Runs on the inference thread before each network call.
    public void beforeCall(Runnable action) {
        beforeCall = action;
    }

    /// Number of queries of each call so far.
    public synchronized List<Integer> callSizes() {
        return List.copyOf(callSizes);
    }

    /// Texts that were asked to be encoded so far.
    public synchronized List<String> encoded() {
        return List.copyOf(encoded);
    }

    /// Texts that pictures were likened to so far.
    public synchronized List<String> scored() {
        return List.copyOf(scored);
    }

    /// Likes every text as much as any other.
    @Override
    public Adviser adviser() {
        return new Adviser() {
            @Override
            public Set<Consultation.Kind> kinds() {
                return Set.of(Consultation.Kind.LIKENESS);
            }

            @Override
            public List<String> labels() {
                return List.of();
            }

            @Override
            public Advice answer(Consultation question, CancelToken cancel) {
                if (!(question instanceof Consultation.Likeness(var _, List<String> texts))) {
                    return Adviser.NONE.answer(question, cancel);
                }
                synchronized (ToyModel.this) {
                    scored.addAll(texts);
                }
                return new Advice.Likeness(Collections.nCopies(texts.size(), 0.5));
            }
        };
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public ModelInfo info() {
        return new ModelInfo(
                "Toy",
                Path.of("toy"),
                "toy",
                "0".repeat(64),
                new Device("cpu", "CPU, 1 thread", 1, List.of(new Device.Attempt("cpu", true, "always there"))),
                "together",
                new ModelInfo.Sizes(8, 8, 64, 0, 0, List.of(new ModelInfo.Size(32, 32))),
                new ModelInfo.Defaults(new ModelInfo.Size(32, 32), 10, "ddim", "trailing", "cfg(w=3)", List.of()),
                ModelInfo.Abilities.PLAIN,
                List.of(),
                List.of(),
                List.of());
    }

    @Override
    public TextEncoder text() {
        return new TextEncoder() {
            @Override
            public Conditioning encode(String text, Reading reading, CancelToken cancel) {
                synchronized (ToyModel.this) {
                    encoded.add(text);
                }
                return new Conditioning(text, Map.of());
            }

            @Override
            public TokenCount count(String text, Dialect dialect) {
                return new TokenCount(text.isBlank() ? 0 : text.trim().split("\\s+").length, 8);
            }
        };
    }

    /// The exact posterior mean for `x0 ~ N(m(text), s(text)^2)`: every text has its own mean, and the empty one is wider.
    @Override
    public Denoiser denoiser() {
        return (queries, cancel) -> {
            beforeCall.run();
            synchronized (this) {
                callSizes.add(queries.size());
            }
            return queries.stream().map(ToyModel::answer).toList();
        };
    }

    private static Prediction answer(Query query) {
        NoiseLevel level = query.level();
        double mean = query.branch().conditioning().text().hashCode() % 17 / 10.0;
        double v = query.branch().conditioning().text().isEmpty() ? 1 : 0.25;
        double total = level.alpha() * level.alpha() * v + level.sigma() * level.sigma();
        Latents denoised = LatentOps.map(query.x(), x -> (level.alpha() * v * x + level.sigma() * level.sigma() * mean) / total);
        return Parameterization.X0.toPrediction(denoised, query.x(), level);
    }

    @Override
    public LatentCodec codec() {
        return new LatentCodec() {
            @Override
            public Rgb decode(Latents z, CancelToken cancel) {
                return picture(z);
            }

            @Override
            public Posterior posterior(Latents pixels, CancelToken cancel) {
                int width = pixels.width() / 8;
                Latents mean = Latents.zeros(1, pixels.height() / 8, width).like(i -> pixels.at(0, i / width * 8, i % width * 8));
                return new Posterior(mean, mean.like(i -> 0.1));
            }

            @Override
            public boolean canEncode() {
                return true;
            }
        };
    }

    @Override
    public NoiseSchedule schedule() {
        return schedule;
    }

    @Override
    public Parameterization parameterization() {
        return Parameterization.X0;
    }

    @Override
    public LatentFormat latentFormat() {
        return new LatentFormat(1, 8, 1, 0);
    }

    @Override
    public LatentPreviewer previewer() {
        return new LatentPreviewer() {
            @Override
            public Rgb preview(Latents denoised) {
                return picture(denoised);
            }

            @Override
            public Rgb difference(Latents a, Latents b) {
                return picture(LatentOps.subtract(b, a));
            }
        };
    }

    @Override
    public void close() {
        closed = true;
    }

    private static Rgb picture(Latents z) {
        byte[] bytes = new byte[z.height() * z.width() * 3];
        for (int i = 0; i < z.height() * z.width(); i++) {
            byte value = (byte) Math.clamp(Math.round((z.at(i) + 2) * 64), 0, 255);
            bytes[3 * i] = value;
            bytes[3 * i + 1] = value;
            bytes[3 * i + 2] = value;
        }
        return Rgb.adopt(z.width(), z.height(), bytes);
    }
}
