package org.lodestar.engine.pack;

/// A place for a text network in the folder of a family.
///
/// @param encoder   slot of the network
/// @param tokenizer folder of its tokenizer
/// @param kind      its tokenizer
/// @param padding   the symbol that fills up the context where the tokenizer does not say (CLIP)
/// @param context   tokens per text where no graph says; 0 = what the tokenizer says
/// @param states    which of its states the denoiser is told
/// @param pooled    its output for the whole text, or "" if it is not used
/// @param below     whether its states follow those of the others as further tokens
/// @param optional  whether the family works without it
record TextSlot(String encoder, String tokenizer, TokenizerKind kind, String padding, int context, States states, String pooled, boolean below, boolean optional) {
    private static final String CLIP_END = "<|endoftext|>";
    private static final String OPEN_CLIP_PAD = "!";

    /// States of a text network.
    enum States {
        NONE,
        LAST,
        LAST_BUT_ONE
    }

    /// The only text network of a family.
    static TextSlot only(TokenizerKind kind, boolean openClip) {
        return new TextSlot("text_encoder", "tokenizer", kind, openClip ? OPEN_CLIP_PAD : CLIP_END, 0, States.LAST, "", false, false);
    }

    /// A CLIP text network among several. The second one is OpenCLIP's.
    static TextSlot clip(int number, States states, String pooled) {
        return new TextSlot(name("text_encoder", number), name("tokenizer", number), TokenizerKind.CLIP, number == 2 ? OPEN_CLIP_PAD : CLIP_END, 0, states, pooled, false, false);
    }

    /// A T5 encoder.
    static TextSlot t5(int number, int context, boolean optional) {
        return new TextSlot(name("text_encoder", number), name("tokenizer", number), TokenizerKind.UNIGRAM, "", context, States.LAST, "", true, optional);
    }

    private static String name(String base, int number) {
        return number == 1 ? base : base + "_" + number;
    }
}
