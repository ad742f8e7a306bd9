package org.lodestar.engine.pack;

/// What a denoiser is shown beside the noisy state, in further channels of its first input.
public enum PictureInput {
    /// Nothing: a text-to-image network.
    NONE(0),
    /// Of a picture to edit by words, the latents as the encoder gives them, unscaled (InstructPix2Pix): state, picture.
    EDIT(4),
    /// Where to repaint (1) and the latents of the picture with that part grey (inpainting): state, mask, picture.
    REPAINT(5);

    private final int channels;

    PictureInput(int channels) {
        this.channels = channels;
    }

    /// How many channels come after those of the state.
    public int channels() {
        return channels;
    }

    /// What a network is shown whose input has `more` channels than latents have.
    static PictureInput ofExtra(long more) {
        return more == EDIT.channels ? EDIT : more == REPAINT.channels ? REPAINT : NONE;
    }
}
