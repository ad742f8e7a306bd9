package org.lodestar.studio.session;

/// What pictures of steps are made with. Models without a preview decoder know the first one only.
public enum PreviewStyle {
    /// Linear colours, one pixel per latent cell.
    LINEAR,
    /// The model's preview decoder while that takes a twentieth of the time at most, linear colours between; always where nothing runs.
    BUDGET,
    /// The preview decoder at every step that is shown, however long it takes.
    EVERY_STEP
}
