package org.lodestar.engine.internal.ort;

import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.preview.LatentPreviewer;

/// Pictures by a preview decoder. Where it has none - its model is closed by now, or the latents make it fail - they are those of `linear`, since a preview is never worth a failure. Differences are
/// always linear.
final class OrtPreviewer implements LatentPreviewer {
    private static final System.Logger LOG = System.getLogger(OrtPreviewer.class.getName());

    private final LatentPreviewer linear;
    private final LazyNet net;
    private final PreviewDecoder.Range range;
    private final CancelToken never = new CancelToken();

    /// @param range of what the decoder puts out
    OrtPreviewer(LatentPreviewer linear, LazyNet net, PreviewDecoder.Range range) {
        this.linear = linear;
        this.net = net;
        this.range = range;
    }

    @Override
    public Rgb preview(Latents denoised) {
        try {
            return PreviewDecoder.decode(net.get(), denoised, range, never);
        } catch (OrtNet.Closed e) {
            return linear.preview(denoised); // a finished run is looked at after its model was released
        } catch (EngineException e) {
            LOG.log(System.Logger.Level.WARNING, "a preview was made without the decoder", e);
            return linear.preview(denoised);
        }
    }

    @Override
    public Rgb difference(Latents a, Latents b) {
        return linear.difference(a, b);
    }
}
