package org.lodestar.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.codec.LatentCodec.Posterior;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.noise.NoiseSource;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PictureInput;
import org.lodestar.engine.sampler.Step;
import org.lodestar.engine.schedule.GridSpacing;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;

/// How the samples of a lane begin, and what of a source picture stays in sight of them. With `z` the picture's latents and `n` noise of the sample's seed:
///
/// ```
/// from noise          x = scale*n
/// from a picture      x = alpha*z + sigma*n    at the first level that is left
/// with a mask m       after each step  x := m*x + (1 - m)*(alpha'*z + sigma'*n), z itself after the last
/// ```
///
/// At strength 1 a masked run, or one whose network is shown the picture, begins from noise alone. A network that is shown the picture is not blended: it keeps the rest itself.
///
/// Noise is taken from the source in the order of the reference pipelines: the encoder's for the picture, the first state's, the encoder's for the picture with a hole.
///
/// @param grid     the steps to do
/// @param openings tensors of noise that are taken before the first step
/// @param samples  one per sample of the lane
/// @param mask     `m`, one channel, where known cells are blended in; else null
record Beginning(StepGrid grid, int openings, List<Sample> samples, @Nullable Latents mask) {

    /// @param noise `n`
    /// @param x     the first state
    /// @param known `z`, if there is a picture
    /// @param shown what the network is shown of it, or null
    record Sample(Latents noise, Latents x, @Nullable Latents known, @Nullable Embedding shown) {}

    Beginning {
        samples = List.copyOf(samples);
    }

    /// @param source the encoded source of a spec that has one
    static Beginning of(RunSpec spec, ModelPackage model, @Nullable SourceLatents source) {
        GridSpacing spacing = Catalog.spacing(spec.spacing());
        return source == null ? fromNoise(spec, model, spacing.grid(model.schedule(spec.width(), spec.height()), spec.steps())) : fromPicture(spec, model, spacing, source);
    }

    private static Beginning fromNoise(RunSpec spec, ModelPackage model, StepGrid grid) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < spec.batch(); i++) {
            Latents noise = new Openings(spec, i, model.latentFormat()).next();
            samples.add(new Sample(noise, scaled(noise, grid), null, null));
        }
        return new Beginning(grid, 1, samples, null);
    }

    private static Beginning fromPicture(RunSpec spec, ModelPackage model, GridSpacing spacing, SourceLatents source) {
        PictureInput shows = model.pictureInput();
        double strength = source.source().strength();
        boolean fromPicture = strength < 1 || (shows == PictureInput.NONE && source.mask() == null);
        StepGrid grid = spacing.gridFrom(model.schedule(spec.width(), spec.height()), spec.steps(), strength);
        List<Sample> samples = new ArrayList<>();
        int openings = 0;
        for (int i = 0; i < spec.batch(); i++) {
            Openings opening = new Openings(spec, i, model.latentFormat());
            Latents known = fromPicture || shows == PictureInput.NONE ? opening.encoded(source.picture(), source) : source.picture().mean();
            Latents noise = opening.next();
            Latents x = fromPicture ? noised(known, noise, grid.level(0)) : scaled(noise, grid);
            Embedding shown = shown(shows, source, opening, model.latentFormat());
            if (shown == null && source.mask() != null) {
                opening.pass(source); // the reference encodes the picture with a hole for these networks too
            }
            samples.add(new Sample(noise, x, known, shown));
            openings = opening.number;
        }
        return new Beginning(grid, openings, samples, shows == PictureInput.NONE ? source.mask() : null);
    }

    private static @Nullable Embedding shown(PictureInput shows, SourceLatents source, Openings opening, LatentFormat format) {
        Latents mean = source.picture().mean();
        Posterior holed = source.holed();
        return switch (shows) {
            case NONE -> null;
            case EDIT -> channels(mean.like(i -> mean.at(i) / format.scale() + format.shift()));
            case REPAINT -> channels(mask(source.mask(), mean), opening.encoded(holed == null ? source.picture() : holed, source));
        };
    }

    /// 1 where at least half of a cell is repainted.
    private static Latents mask(@Nullable Latents shares, Latents shape) {
        return Latents.zeros(1, shape.height(), shape.width()).like(i -> shares == null || shares.at(i) >= 0.5f ? 1 : 0);
    }

    private static Embedding channels(Latents... planes) {
        int cells = planes[0].height() * planes[0].width();
        int channels = 0;
        for (Latents part : planes) {
            channels += part.channels();
        }
        float[] values = new float[channels * cells];
        int at = 0;
        for (Latents part : planes) {
            System.arraycopy(part.toArray(), 0, values, at, part.size());
            at += part.size();
        }
        return new Embedding(new int[] {channels, planes[0].height(), planes[0].width()}, values);
    }

    private static Latents scaled(Latents noise, StepGrid grid) {
        return grid.initialScale() == 1 ? noise : LatentOps.scale(grid.initialScale(), noise);
    }

    private static Latents noised(Latents clean, Latents noise, NoiseLevel level) {
        return LatentOps.combine(level.alpha(), clean, level.sigma(), noise);
    }

    /// The state after `step` of a sample, with the known part of the picture put back.
    Latents kept(int sample, Step step, Latents x) {
        Latents shares = mask;
        Latents known = samples.get(sample).known();
        if (shares == null || known == null) {
            return x;
        }
        Latents there = step.isLast() ? known : noised(known, samples.get(sample).noise(), step.next());
        int cells = shares.size();
        return x.like(i -> {
            float share = shares.at(i % cells);
            return share * x.at(i) + (1 - share) * there.at(i);
        });
    }

    /// What the network is shown of the picture.
    Optional<Embedding> shown(int sample) {
        return Optional.ofNullable(samples.get(sample).shown());
    }

    /// The tensors of noise that open one sample's run, one after the other.
    private static final class Openings {
        private final NoiseSource noise;
        private final long seed;
        private final int channels;
        private final int height;
        private final int width;
        private int number;

        Openings(RunSpec spec, int sample, LatentFormat format) {
            this.noise = Catalog.noise(spec.noise());
            this.seed = spec.seed() + sample;
            this.channels = format.channels();
            this.height = spec.height() / format.downscale();
            this.width = spec.width() / format.downscale();
        }

        Latents next() {
            return noise.opening(seed, number++, channels, height, width);
        }

        Latents encoded(Posterior posterior, SourceLatents source) {
            return source.source().encoding() == Source.Encoding.MEAN ? posterior.mean() : posterior.sample(next());
        }

        void pass(SourceLatents source) {
            if (source.source().encoding() == Source.Encoding.SAMPLE) {
                number++;
            }
        }
    }
}
