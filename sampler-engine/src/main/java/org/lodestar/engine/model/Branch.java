package org.lodestar.engine.model;

/// One way of asking the network about a state: which conditioning, which net.
///
/// @param name         what telemetry and the view call it ("cond", "uncond", "negative", ...)
/// @param conditioning what it is told
/// @param net          which network answers
public record Branch(String name, Conditioning conditioning, Net net) {

    /// The nets a model pack may hold, and the folder each lies in.
    public enum Net {
        /// The denoiser itself.
        MAIN("unet", "denoiser"),
        /// A weaker sibling (autoguidance).
        WEAK("weak/unet", "weak companion network"),
        /// A second export with perturbed internals (PAG, SEG, SLG).
        PERTURBED("perturbed/unet", "perturbed companion network"),
        /// Not a denoiser: maps the prompt's noise estimate to CFG's (CoRe2). Asked with that estimate as state; its answer's noise is the result.
        REFLECTED("reflected/unet", "companion network that guesses guidance"),
        /// A denoiser that takes the guidance weight as an input ([Conditioning#GUIDANCE]) and answers guided; the main net itself where that has such an input.
        DISTILLED("distilled/unet", "denoiser that takes the guidance weight as an input"),
        /// A second fine-tune of the main net with the same graph.
        SECOND("second/unet", "second denoiser"),
        /// A fine-tune of the main net that has lost one concept.
        ERASED("erased/unet", "companion network that has lost a concept"),
        /// Not a file: the main net with its weights moved towards the second one's by the share under [Conditioning#SHARE].
        MIXED("", "second denoiser to mix in");

        private final String folder;
        private final String title;

        Net(String folder, String title) {
            this.folder = folder;
            this.title = title;
        }

        /// What messages call it.
        public String title() {
            return title;
        }

        /// Where it lies in a model folder; empty if it is no file of its own.
        public String folder() {
            return folder;
        }
    }

    /// A branch of the main network.
    public static Branch main(String name, Conditioning conditioning) {
        return new Branch(name, conditioning, Net.MAIN);
    }

    /// The same question to another net.
    public Branch to(Net other) {
        return new Branch(name, conditioning, other);
    }
}
