package org.lodestar.engine.fault;

/// One thing that is wrong, in words a person can act on.
///
/// @param where    what was looked at: an option, a file, a field ("--steps", "unet/model.onnx")
/// @param expected what would have been right ("a whole number from 1 to 1000")
/// @param found    what was there instead ("0")
/// @param remedy   what to do about it, as a sentence without a final stop ("choose at least 1 step")
public record Problem(String where, String expected, String found, String remedy) {

    /// The whole problem as one sentence: `where: expected X, found Y. Remedy.`
    public String sentence() {
        return where + ": expected " + expected + ", found " + found + ". " + remedy + ".";
    }

    /// The beginning of what was found, so that a message stays readable: all of `text`, or its first `most` characters and three points.
    public static String brief(String text, int most) {
        return text.length() > most ? text.substring(0, most) + "..." : text;
    }

    @Override
    public String toString() {
        return sentence();
    }
}
