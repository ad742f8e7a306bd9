package org.lodestar.engine.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.lodestar.engine.fault.EngineException;

/// Reads the pixels of pictures that anyone may have made: PNG, JPEG (turned as its Exif orientation says), GIF (its first frame) and BMP. What a file is, its first bytes tell, not its name.
///
/// Sides and pixels are limited as in [PngReader], before memory is taken. Anything else is an [EngineException.InvalidInput] that says what was found.
public final class PictureReader {
    /// What can be read, in words.
    public static final String FORMATS = "PNG, JPEG, GIF or BMP";

    private PictureReader() {}

    /// @param where the file's name, for messages
    /// @throws EngineException.InvalidInput if it is none of these, damaged, or too large
    public static Rgb read(String where, byte[] bytes) {
        if (Arrays.mismatch(bytes, Png.SIGNATURE) == Png.SIGNATURE.length) {
            return PngReader.read(where, bytes).image();
        }
        if (starts(bytes, 0, "\u00ff\u00d8\u00ff")) {
            return Orientation.of(bytes).upright(JdkPictureReader.read(where, bytes, "jpeg"));
        }
        if (starts(bytes, 0, "GIF8")) {
            return JdkPictureReader.read(where, bytes, "gif");
        }
        if (starts(bytes, 0, "BM")) {
            return JdkPictureReader.read(where, bytes, "bmp");
        }
        throw new EngineException.InvalidInput(where, "a picture (" + FORMATS + ")", kind(bytes), "Save it as PNG with another program");
    }

    private static String kind(byte[] bytes) {
        if (bytes.length == 0) {
            return "an empty file";
        }
        if (starts(bytes, 0, "RIFF") && starts(bytes, 8, "WEBP")) {
            return "a WebP picture";
        }
        if (starts(bytes, 4, "ftyp")) {
            return "an AVIF or HEIC picture, or a film";
        }
        return starts(bytes, 0, "II*\0") || starts(bytes, 0, "MM\0*") ? "a TIFF picture" : "other content";
    }

    private static boolean starts(byte[] bytes, int at, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
        return bytes.length >= at + wanted.length && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
    }
}
