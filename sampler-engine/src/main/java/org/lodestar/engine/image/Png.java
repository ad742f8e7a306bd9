package org.lodestar.engine.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Writes pictures as PNG (ISO/IEC 15948): 8-bit RGB tagged as sRGB, each row with the filter whose residuals have the least sum of absolute values, and text.
///
/// Text of plain Latin-1 goes into `tEXt` chunks, which every reader knows; other text into `iTXt` as UTF-8, deflated where that saves something. Text stands before the
/// pixels, so that a reader that only wants the text can stop there.
public final class Png {
    static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int COMPRESS_FROM = 1024;
    private static final int LEVEL = 6;

    private Png() {}

    /// The file for `image` with `texts` in their order. The same arguments give the same bytes.
    public static byte[] encode(Rgb image, List<PngText> texts) {
        ByteArrayOutputStream file = new ByteArrayOutputStream(image.raw().length / 2 + 1024);
        file.writeBytes(SIGNATURE);
        chunk(file, "IHDR", ByteBuffer.allocate(13)
                .putInt(image.width())
                .putInt(image.height())
                .put(new byte[] {8, 2, 0, 0, 0})
                .array());
        chunk(file, "sRGB", new byte[] {0});
        for (PngText text : texts) {
            text(file, text);
        }
        chunk(file, "IDAT", deflate(filtered(image)));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void text(ByteArrayOutputStream file, PngText text) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(text.keyword().getBytes(StandardCharsets.ISO_8859_1));
        data.write(0);
        if (text.text().length() < COMPRESS_FROM && isPlainLatin1(text.text())) {
            data.writeBytes(text.text().getBytes(StandardCharsets.ISO_8859_1));
            chunk(file, "tEXt", data.toByteArray());
            return;
        }
        byte[] utf8 = text.text().getBytes(StandardCharsets.UTF_8);
        byte[] packed = utf8.length < COMPRESS_FROM ? utf8 : deflate(utf8);
        boolean compress = packed.length < utf8.length;
        data.write(compress ? 1 : 0);
        data.writeBytes(new byte[] {0, 0, 0}); // deflate; no language; no translated keyword
        data.writeBytes(compress ? packed : utf8);
        chunk(file, "iTXt", data.toByteArray());
    }

    private static boolean isPlainLatin1(String text) {
        return text.chars().allMatch(c -> c == '\n' || (c >= 32 && c < 127) || (c >= 160 && c < 256));
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(name);
        file.writeBytes(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] deflate(byte[] data) {
        try (Deflater deflater = new Deflater(LEVEL)) {
            deflater.setInput(data);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(data.length / 2 + 64);
            byte[] buffer = new byte[1 << 16];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        }
    }

    private static byte[] filtered(Rgb image) {
        int stride = image.width() * 3;
        byte[] pixels = image.raw();
        byte[] out = new byte[(stride + 1) * image.height()];
        byte[] above = new byte[stride];
        byte[] row = new byte[stride];
        byte[] candidate = new byte[stride];
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(pixels, y * stride, row, 0, stride);
            int target = y * (stride + 1);
            long best = Long.MAX_VALUE;
            for (int code = 0; code < PngFilter.BY_CODE.size(); code++) {
                long cost = PngFilter.BY_CODE.get(code).apply(row, above, 3, candidate);
                if (cost < best) {
                    best = cost;
                    out[target] = (byte) code;
                    System.arraycopy(candidate, 0, out, target + 1, stride);
                }
            }
            byte[] swap = above;
            above = row;
            row = swap;
        }
        return out;
    }
}
