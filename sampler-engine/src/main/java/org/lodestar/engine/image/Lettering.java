package org.lodestar.engine.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Sets lines of text in the typeface Inter, without any desktop library: glyphs are pictures of coverage at 64 pixels per em (made by `assets/fonts/glyphs.py`), averaged
/// down to the wanted size at fractions of a pixel. Latin, Greek and Cyrillic letters; others show as a box.
final class Lettering {
    private static final int BOX = 0x25a1;

    /// @param advance how far the pen moves
    /// @param dx      from the pen to the picture's left edge
    /// @param dy      from the baseline to the picture's top edge, downwards
    /// @param x       the picture's place in the atlas
    private record Glyph(double advance, int dx, int dy, int x, int y, int width, int height) {}

    private final double em;
    private final double ascent;
    private final double descent;
    private final Map<Integer, Glyph> glyphs;
    private final Rgb atlas;

    private Lettering(double em, double ascent, double descent, Map<Integer, Glyph> glyphs, Rgb atlas) {
        this.em = em;
        this.ascent = ascent;
        this.descent = descent;
        this.glyphs = glyphs;
        this.atlas = atlas;
    }

    static Lettering regular() {
        return load("inter-regular");
    }

    static Lettering semibold() {
        return load("inter-semibold");
    }

    private static Lettering load(String name) {
        List<String[]> table = new String(resource(name + ".tsv"), StandardCharsets.UTF_8).lines().map(line -> line.split("\t", -1)).toList();
        String[] head = table.getFirst();
        Map<Integer, Glyph> glyphs = new HashMap<>();
        for (String[] row : table.subList(1, table.size())) {
            glyphs.put(Integer.valueOf(row[0]), new Glyph(Double.parseDouble(row[1]), whole(row[2]), whole(row[3]), whole(row[4]), whole(row[5]), whole(row[6]), whole(row[7])));
        }
        Rgb atlas = PngReader.read(name, resource(name + ".png")).image();
        return new Lettering(Double.parseDouble(head[0]), Double.parseDouble(head[1]), Double.parseDouble(head[2]), glyphs, atlas);
    }

    private static int whole(String text) {
        return Integer.parseInt(text);
    }

    private static byte[] resource(String name) {
        try (InputStream in = Objects.requireNonNull(Lettering.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Height of the letters above the baseline, in pixels at `size` pixels per em.
    double ascent(double size) {
        return ascent * size / em;
    }

    /// Depth of the letters below the baseline.
    double descent(double size) {
        return descent * size / em;
    }

    double width(String text, double size) {
        return text.codePoints().mapToDouble(point -> glyph(point).advance).sum() * size / em;
    }

    /// `text` in lines no wider than `width`, broken at blanks, and inside a word only where it alone is too wide; at most `maxLines`, the last one then ending in an ellipsis.
    List<String> wrap(String text, double size, double width, int maxLines) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.strip().split("\\R", -1)) {
            StringBuilder line = new StringBuilder();
            for (String word : paragraph.strip().split("\\s+", -1)) {
                String joined = line.isEmpty() ? word : line + " " + word;
                if (width(joined, size) <= width) {
                    line.replace(0, line.length(), joined);
                    continue;
                }
                if (!line.isEmpty()) {
                    lines.add(line.toString());
                }
                line.replace(0, line.length(), breakWord(word, size, width, lines));
            }
            lines.add(line.toString());
        }
        if (lines.size() <= maxLines) {
            return lines;
        }
        List<String> kept = new ArrayList<>(lines.subList(0, maxLines));
        String last = kept.removeLast();
        while (!last.isEmpty() && width(last + "…", size) > width) {
            last = last.substring(0, last.offsetByCodePoints(last.length(), -1)).stripTrailing();
        }
        kept.add(last + "…");
        return kept;
    }

    /// Adds full lines of a word that is too wide to `lines` and returns its rest.
    private String breakWord(String word, double size, double width, List<String> lines) {
        String rest = word;
        while (width(rest, size) > width && rest.codePointCount(0, rest.length()) > 1) {
            int end = rest.offsetByCodePoints(0, 1);
            while (end < rest.length() && width(rest.substring(0, rest.offsetByCodePoints(end, 1)), size) <= width) {
                end = rest.offsetByCodePoints(end, 1);
            }
            lines.add(rest.substring(0, end));
            rest = rest.substring(end);
        }
        return rest;
    }

    /// Draws one line with the pen starting at (`x`, `baseline`).
    void draw(Paper paper, String text, double x, double baseline, double size, int colour) {
        double pen = x;
        double scale = size / em;
        for (int point : text.codePoints().toArray()) {
            Glyph glyph = glyph(point);
            if (glyph.width > 0) {
                draw(paper, glyph, pen + glyph.dx * scale, baseline + glyph.dy * scale, scale, colour);
            }
            pen += glyph.advance * scale;
        }
    }

    private void draw(Paper paper, Glyph glyph, double left, double top, double scale, int colour) {
        int x1 = (int) Math.ceil(left + glyph.width * scale);
        int y1 = (int) Math.ceil(top + glyph.height * scale);
        for (int y = (int) Math.floor(top); y < y1; y++) {
            for (int x = (int) Math.floor(left); x < x1; x++) {
                double coverage = mean(glyph, (x - left) / scale, (y - top) / scale, 1 / scale);
                if (coverage > 0) {
                    paper.blend(x, y, colour, coverage);
                }
            }
        }
    }

    /// Mean coverage over a square of the glyph's picture; nothing beyond its edges.
    private double mean(Glyph glyph, double left, double top, double side) {
        int x0 = Math.max(0, (int) Math.floor(left));
        int x1 = Math.min(glyph.width, (int) Math.ceil(left + side));
        int y0 = Math.max(0, (int) Math.floor(top));
        int y1 = Math.min(glyph.height, (int) Math.ceil(top + side));
        double sum = 0;
        for (int y = y0; y < y1; y++) {
            double high = Math.min(y + 1, top + side) - Math.max(y, top);
            for (int x = x0; x < x1; x++) {
                double wide = Math.min(x + 1, left + side) - Math.max(x, left);
                sum += high * wide * atlas.at(glyph.x + x, glyph.y + y, 0);
            }
        }
        return sum / (side * side * 255);
    }

    private Glyph glyph(int point) {
        Glyph found = glyphs.get(point);
        return found != null ? found : Objects.requireNonNull(glyphs.get(BOX));
    }
}
