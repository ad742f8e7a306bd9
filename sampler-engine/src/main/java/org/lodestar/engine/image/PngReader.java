package org.lodestar.engine.image;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;

/// Reads PNG files that anyone may have made: all colour types and depths, interlaced or not; pixels and text.
///
/// Limits are checked before memory is taken: sides up to 16384 and 128 million pixels, at most 64 texts of 4 MiB stored and 8 MiB unpacked, 16 MiB of text in all.
/// Text beyond a limit is left out with a note. Checksums of all chunks are checked. Anything wrong is an [EngineException.InvalidInput] that says what.
public final class PngReader {
    private static final int MAX_SIDE = 16_384;
    private static final int MAX_PIXELS = 128_000_000;
    private static final int MAX_TEXTS = 64;
    private static final int MAX_TEXT_STORED = 4 << 20;
    private static final int MAX_TEXT = 8 << 20;
    private static final int MAX_TEXT_TOTAL = 16 << 20;

    private final String where;
    private final ByteBuffer file;
    private final List<PngText> texts = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<ByteBuffer> packedPixels = new ArrayList<>();
    private byte @Nullable [] palette;
    private byte[] paletteAlpha = new byte[0];
    private int textTotal;
    private int width;
    private int height;
    private int depth;
    private int colourType;
    private boolean interlaced;

    private PngReader(String where, byte[] bytes) {
        this.where = where;
        this.file = ByteBuffer.wrap(bytes);
    }

    /// Everything in the file.
    ///
    /// @param where the file's name, for messages
    /// @throws EngineException.InvalidInput if it is not a PNG, damaged, or beyond the limits
    public static PngPicture read(String where, byte[] bytes) {
        PngReader reader = new PngReader(where, bytes);
        reader.chunks();
        return new PngPicture(reader.pixels(), reader.texts, reader.notes);
    }

    private void chunks() {
        byte[] signature = new byte[Math.min(Png.SIGNATURE.length, file.remaining())];
        file.get(signature);
        if (!Arrays.equals(signature, Png.SIGNATURE)) {
            throw wrong("a PNG picture", file.capacity() == 0 ? "an empty file" : "other content", "Choose a PNG file");
        }
        boolean first = true;
        while (true) {
            if (file.remaining() < 12) {
                throw damaged("the end of the file before the picture's end");
            }
            long length = file.getInt() & 0xffffffffL;
            if (length > file.remaining() - 8L) {
                throw damaged("a part that claims " + length + " bytes where " + Math.max(0, file.remaining() - 8) + " are left");
            }
            int start = file.position();
            byte[] name = new byte[4];
            file.get(name);
            ByteBuffer data = file.slice(file.position(), (int) length);
            file.position(start + 4 + (int) length);
            CRC32 crc = new CRC32();
            crc.update(file.array(), start, 4 + (int) length);
            String type = new String(name, StandardCharsets.ISO_8859_1);
            if (file.getInt() != (int) crc.getValue()) {
                throw damaged("a wrong checksum in part " + printable(type));
            }
            if (first != type.equals("IHDR")) {
                throw damaged(first ? "no header" : "a second header");
            }
            first = false;
            switch (type) {
                case "IHDR" -> header(data);
                case "PLTE" -> palette = rest(data);
                case "tRNS" -> paletteAlpha = rest(data);
                case "IDAT" -> packedPixels.add(data);
                case "tEXt", "zTXt", "iTXt" -> text(type, data);
                case "IEND" -> {
                    return;
                }
                default -> {
                    if (Character.isUpperCase(type.charAt(0))) {
                        throw wrong("the parts that the PNG standard knows", "part " + printable(type), "Save the picture again with another program");
                    }
                }
            }
        }
    }

    private void header(ByteBuffer data) {
        if (data.remaining() != 13) {
            throw damaged("a header of " + data.remaining() + " bytes");
        }
        width = data.getInt();
        height = data.getInt();
        depth = data.get();
        colourType = data.get();
        int compression = data.get();
        int filter = data.get();
        int interlace = data.get();
        requireSize(where, width, height);
        boolean known =
                switch (colourType) {
                    case 0 -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
                    case 3 -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
                    case 2, 4, 6 -> depth == 8 || depth == 16;
                    default -> false;
                };
        if (!known || compression != 0 || filter != 0 || interlace < 0 || interlace > 1) {
            throw damaged("an unknown kind of pixels (colour type " + colourType + ", " + depth + " bits)");
        }
        interlaced = interlace == 1;
    }

    /// Refuses pictures that would take too much memory.
    static void requireSize(String where, int width, int height) {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE || (long) width * height > MAX_PIXELS) {
            throw new EngineException.InvalidInput(
                    where,
                    "sides from 1 to " + MAX_SIDE + " and at most " + MAX_PIXELS / 1_000_000 + " million pixels",
                    (width & 0xffffffffL) + "x" + (height & 0xffffffffL),
                    "Make the picture smaller first");
        }
    }

    private void text(String type, ByteBuffer data) {
        if (texts.size() >= MAX_TEXTS || data.remaining() > MAX_TEXT_STORED) {
            notes.add(where + ": a text was left out, since there are too many or it is too long.");
            return;
        }
        String keyword = upToNull(data, StandardCharsets.ISO_8859_1);
        if (keyword == null || keyword.isEmpty() || keyword.length() > 79 || keyword.chars().anyMatch(c -> c < 32)) {
            notes.add(where + ": a text without a proper name was left out.");
            return;
        }
        byte[] bytes = textBytes(type, data);
        if (bytes == null) {
            notes.add(where + ": the text " + printable(keyword) + " was left out, since it is damaged or too long.");
            return;
        }
        textTotal += bytes.length;
        texts.add(new PngText(keyword, new String(bytes, type.equals("iTXt") ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1)));
    }

    /// What follows the keyword, unpacked; null if it is damaged or too long.
    private byte @Nullable [] textBytes(String type, ByteBuffer data) {
        boolean packed = type.equals("zTXt");
        if (type.equals("iTXt") && data.hasRemaining()) {
            packed = data.get() == 1;
        }
        if (!type.equals("tEXt")) {
            boolean deflated = data.hasRemaining() && data.get() == 0;
            if (!deflated) {
                return null;
            }
        }
        if (type.equals("iTXt")) {
            String language = upToNull(data, StandardCharsets.UTF_8);
            String translated = upToNull(data, StandardCharsets.UTF_8);
            if (language == null || translated == null) {
                return null;
            }
        }
        int room = Math.min(MAX_TEXT, MAX_TEXT_TOTAL - textTotal);
        if (packed) {
            return inflateText(data, room);
        }
        return data.remaining() <= room ? rest(data) : null;
    }

    private static byte @Nullable [] inflateText(ByteBuffer data, int limit) {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(data);
            byte[] out = new byte[Math.min(limit, Math.max(1024, data.remaining() * 4))];
            int size = 0;
            while (!inflater.finished()) {
                if (size == out.length) {
                    if (size == limit) {
                        return null;
                    }
                    out = Arrays.copyOf(out, (int) Math.min(limit, size * 2L));
                }
                int got = inflater.inflate(out, size, out.length - size);
                if (got == 0 && !inflater.finished()) {
                    return null;
                }
                size += got;
            }
            return Arrays.copyOf(out, size);
        } catch (DataFormatException e) {
            return null;
        }
    }

    private Rgb pixels() {
        if (packedPixels.isEmpty()) {
            throw damaged("no pixels");
        }
        if (colourType == 3 && (palette == null || palette.length % 3 != 0)) {
            throw damaged("pixels that need a palette, without one");
        }
        byte[] out = new byte[width * height * 3];
        try (Inflater inflater = new Inflater()) {
            Rows rows = new Rows(inflater);
            for (int[] pass : interlaced ? ADAM7 : WHOLE) {
                int columns = (width - pass[0] + pass[2] - 1) / pass[2];
                int lines = (height - pass[1] + pass[3] - 1) / pass[3];
                if (columns == 0 || lines == 0) {
                    continue;
                }
                rows.begin(columns);
                for (int line = 0; line < lines; line++) {
                    byte[] row = rows.next();
                    int y = pass[1] + line * pass[3];
                    for (int column = 0; column < columns; column++) {
                        toRgb(row, column, out, (y * width + pass[0] + column * pass[2]) * 3);
                    }
                }
            }
        }
        return Rgb.adopt(width, height, out);
    }

    /// Column start, row start, column step, row step of each pass.
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] WHOLE = {{0, 0, 1, 1}};

    private void toRgb(byte[] row, int column, byte[] out, int at) {
        int alpha = 255;
        int r;
        int g;
        int b;
        switch (colourType) {
            case 0 -> {
                r = sample(row, column) * 255 / ((1 << Math.min(depth, 8)) - 1);
                g = r;
                b = r;
            }
            case 3 -> {
                int index = sample(row, column);
                byte[] colours = palette;
                if (colours == null || index * 3 + 2 >= colours.length) {
                    throw damaged("a pixel of colour " + index + " where the palette has fewer");
                }
                r = colours[index * 3] & 0xff;
                g = colours[index * 3 + 1] & 0xff;
                b = colours[index * 3 + 2] & 0xff;
                alpha = index < paletteAlpha.length ? paletteAlpha[index] & 0xff : 255;
            }
            case 4 -> {
                r = sample(row, column * 2);
                g = r;
                b = r;
                alpha = sample(row, column * 2 + 1);
            }
            default -> {
                int channels = colourType == 6 ? 4 : 3;
                r = sample(row, column * channels);
                g = sample(row, column * channels + 1);
                b = sample(row, column * channels + 2);
                alpha = colourType == 6 ? sample(row, column * 4 + 3) : 255;
            }
        }
        out[at] = overWhite(r, alpha);
        out[at + 1] = overWhite(g, alpha);
        out[at + 2] = overWhite(b, alpha);
    }

    /// Sample `index` of a row; of 16-bit samples the high byte.
    private int sample(byte[] row, int index) {
        return switch (depth) {
            case 16 -> row[index * 2] & 0xff;
            case 8 -> row[index] & 0xff;
            default -> {
                int bit = index * depth;
                yield (row[bit >> 3] & 0xff) >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
            }
        };
    }

    private static byte overWhite(int value, int alpha) {
        return (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
    }

    /// Unpacks and unfilters one row after the other.
    private final class Rows {
        private final Inflater inflater;
        private int nextPart;
        private byte[] row = new byte[0];
        private byte[] above = new byte[0];
        private final byte[] code = new byte[1];

        Rows(Inflater inflater) {
            this.inflater = inflater;
        }

        void begin(int columns) {
            int bytes = (int) (((long) columns * bitsPerPixel() + 7) / 8);
            row = new byte[bytes];
            above = new byte[bytes];
        }

        byte[] next() {
            byte[] swap = above;
            above = row;
            row = swap;
            inflate(code);
            inflate(row);
            if (code[0] < 0 || code[0] >= PngFilter.BY_CODE.size()) {
                throw damaged("rows packed in an unknown way");
            }
            PngFilter.BY_CODE.get(code[0]).undo(row, above, Math.max(1, bitsPerPixel() / 8));
            return row;
        }

        private void inflate(byte[] target) {
            try {
                int size = 0;
                while (size < target.length) {
                    int got = inflater.inflate(target, size, target.length - size);
                    size += got;
                    if (got == 0) {
                        if (inflater.finished() || !inflater.needsInput() || nextPart == packedPixels.size()) {
                            throw damaged("fewer pixels than " + width + "x" + height);
                        }
                        inflater.setInput(packedPixels.get(nextPart++));
                    }
                }
            } catch (DataFormatException e) {
                throw damaged("pixels that cannot be unpacked");
            }
        }

        private int bitsPerPixel() {
            int channels =
                    switch (colourType) {
                        case 2 -> 3;
                        case 4 -> 2;
                        case 6 -> 4;
                        default -> 1;
                    };
            return channels * depth;
        }
    }

    private static byte[] rest(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }

    private static @Nullable String upToNull(ByteBuffer data, Charset charset) {
        for (int end = data.position(); end < data.limit(); end++) {
            if (data.get(end) == 0) {
                byte[] bytes = new byte[end - data.position()];
                data.get(bytes);
                data.get();
                return new String(bytes, charset);
            }
        }
        return null;
    }

    private static String printable(String text) {
        return text.replaceAll("[^A-Za-z0-9 _:.-]", "?");
    }

    private EngineException.InvalidInput damaged(String found) {
        return wrong("an intact PNG picture", found, "The file is damaged; get it again");
    }

    private EngineException.InvalidInput wrong(String expected, String found, String remedy) {
        return new EngineException.InvalidInput(where, expected, found, remedy);
    }
}
