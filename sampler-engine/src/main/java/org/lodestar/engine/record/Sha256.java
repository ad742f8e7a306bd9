package org.lodestar.engine.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;

/// SHA-256 of the things a [RunRecord] names, as 64 lower-case hex digits.
public final class Sha256 {

    private Sha256() {}

    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /// Of the text in UTF-8.
    public static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Of the values as float32 little-endian, row-major; the shape does not enter.
    public static String of(Latents latents) {
        ByteBuffer bytes = ByteBuffer.allocate(latents.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        latents.copyTo(bytes.asFloatBuffer());
        return of(bytes.array());
    }

    /// Of the bytes R, G, B row by row; the size does not enter.
    public static String of(Rgb image) {
        return of(image.toBytes());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
