package org.lodestar.engine.image;

/// How a picture can be none although all its numbers are sound: what decoders give that have overflowed on the way.
public enum Blank {
    /// It is not.
    NO,
    /// All pixels are equal.
    FLAT,
    /// More than 99.5 % of the pixels are black.
    BLACK;

    private static final double BLACK_SHARE = 0.995;

    /// What `picture` is. A flat picture is flat, whatever its colour.
    public static Blank of(Rgb picture) {
        byte[] data = picture.raw();
        boolean flat = true;
        int black = 0;
        for (int i = 0; i < data.length; i += 3) {
            flat &= data[i] == data[0] && data[i + 1] == data[1] && data[i + 2] == data[2];
            black += data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 0 ? 1 : 0;
        }
        return flat ? FLAT : black > BLACK_SHARE * data.length / 3 ? BLACK : NO;
    }
}
