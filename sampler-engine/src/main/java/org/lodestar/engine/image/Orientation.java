package org.lodestar.engine.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// How a camera was held, by the Exif tag 0x0112 (CIPA DC-008): which side of the stored picture is its top, and which its left.
///
/// @param value 1 for upright, up to 8
record Orientation(int value) {
    private static final int TAG = 0x0112;
    private static final Orientation UPRIGHT = new Orientation(1);

    /// What a JPEG file says; upright where it says nothing, or nothing that makes sense.
    static Orientation of(byte[] jpeg) {
        ByteBuffer file = ByteBuffer.wrap(jpeg);
        for (int at = 2; at + 4 <= jpeg.length && (jpeg[at] & 0xff) == 0xff; ) {
            int marker = jpeg[at + 1] & 0xff;
            int length = file.getShort(at + 2) & 0xffff;
            if (marker == 0xda || length < 2 || at + 2 + length > jpeg.length) {
                return UPRIGHT;
            }
            if (marker == 0xe1 && length >= 16 && new String(jpeg, at + 4, 6, StandardCharsets.ISO_8859_1).equals("Exif\0\0")) {
                return inTiff(file.slice(at + 10, length - 8));
            }
            at += 2 + length;
        }
        return UPRIGHT;
    }

    private static Orientation inTiff(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int start = tiff.getInt(4);
        if (start < 8 || start > tiff.limit() - 2) {
            return UPRIGHT;
        }
        int entries = tiff.getShort(start) & 0xffff;
        for (int i = 0; i < entries && start + 2 + 12 * (i + 1) <= tiff.limit(); i++) {
            int entry = start + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xffff) == TAG) {
                int value = tiff.getShort(entry + 8);
                return value >= 1 && value <= 8 ? new Orientation(value) : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /// The picture as it was seen.
    Rgb upright(Rgb stored) {
        if (value == 1) {
            return stored;
        }
        boolean turned = value >= 5;
        int width = turned ? stored.height() : stored.width();
        int height = turned ? stored.width() : stored.height();
        byte[] out = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int column = turned ? y : x;
                int row = turned ? x : y;
                int sourceX = value == 2 || value == 3 || value == 7 || value == 8 ? stored.width() - 1 - column : column;
                int sourceY = value == 3 || value == 4 || value == 6 || value == 7 ? stored.height() - 1 - row : row;
                for (int c = 0; c < 3; c++) {
                    out[(y * width + x) * 3 + c] = (byte) stored.at(sourceX, sourceY, c);
                }
            }
        }
        return Rgb.adopt(width, height, out);
    }
}
