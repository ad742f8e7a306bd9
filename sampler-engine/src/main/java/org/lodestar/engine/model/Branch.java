package org.lodestar.engine.model;

/// One way of asking the network about a state: which conditioning, which net.
///
/// @param name         what telemetry and the view call it ("cond", "uncond", "negative", ...)
/// @param conditioning what it is told
/// @param net          which network answers
public record Branch(String name, Conditioning conditioning, Net net) {

    /// The nets a model pack may hold.
    public enum Net {
        /// The denoiser itself.
        MAIN,
        /// A weaker sibling (autoguidance).
        WEAK,
        /// A second export with perturbed internals (PAG, SEG, SLG).
        PERTURBED
    }

    /// A branch of the main network.
    public static Branch main(String name, Conditioning conditioning) {
        return new Branch(name, conditioning, Net.MAIN);
    }
}
