package org.lodestar.engine.image;

import java.util.ArrayList;
import java.util.List;

/// Pictures side by side with words to them, as one picture: what a comparison is exported as.
///
/// Pictures under 384 pixels are enlarged by a whole factor, so that labels have room; all pictures are drawn to the first one's size. Text is wrapped, never cut off.
///
/// @param title    over everything, such as the prompt
/// @param subtitle what all pictures share, "" for nothing
/// @param columns  pictures per row
/// @param cells    at least one
/// @param footer   small print, "" for nothing
public record Sheet(String title, String subtitle, int columns, List<Cell> cells, String footer) {
    private static final int LEAST_PICTURE = 384;
    private static final int GROUND = 0x1c1c1c;
    private static final int RULE = 0x383838;
    private static final int BRIGHT = 0xf2f2f2;
    private static final int PLAIN = 0xc8c8c8;
    private static final int QUIET = 0x8c8c8c;
    private static final int TITLE_LINES = 5;
    private static final int TEXT_LINES = 6;
    private static final double LEADING = 1.4;

    public Sheet {
        cells = List.copyOf(cells);
        if (cells.isEmpty() || columns < 1) {
            throw new IllegalArgumentException("a sheet needs a picture and a column");
        }
    }

    /// One picture.
    ///
    /// @param picture the picture
    /// @param title   its name, in bold
    /// @param text    more words, "" for none
    /// @param facts   small table under it
    public record Cell(Rgb picture, String title, String text, List<Fact> facts) {
        public Cell {
            facts = List.copyOf(facts);
        }
    }

    /// @param label on the left
    /// @param value on the right
    public record Fact(String label, String value) {}

    /// Draws the sheet.
    public Rgb draw() {
        return new Layout().draw();
    }

    /// All measures follow from the picture's width.
    private final class Layout {
        private final Lettering regular = Lettering.regular();
        private final Lettering semibold = Lettering.semibold();
        private final int pictureWidth;
        private final int pictureHeight;
        private final double size;
        private final int gap;
        private final int margin;
        private final int across;
        private final int width;

        Layout() {
            Rgb first = cells.getFirst().picture();
            int enlarge = Math.max(1, Math.ceilDiv(LEAST_PICTURE, first.width()));
            pictureWidth = first.width() * enlarge;
            pictureHeight = first.height() * enlarge;
            size = Math.clamp(pictureWidth / 26.0, 14, 30);
            gap = (int) Math.round(size * 1.5);
            margin = (int) Math.round(size * 2.5);
            across = Math.min(columns, cells.size());
            width = 2 * margin + across * pictureWidth + (across - 1) * gap;
        }

        Rgb draw() {
            double titleSize = size * 1.55;
            List<String> titleLines = semibold.wrap(title, titleSize, width - 2.0 * margin, TITLE_LINES);
            List<String> subtitleLines = subtitle.isBlank() ? List.of() : regular.wrap(subtitle, size, width - 2.0 * margin, TEXT_LINES);
            int top = margin + lines(titleLines, titleSize) + (subtitleLines.isEmpty() ? 0 : (int) (size * 0.5)) + lines(subtitleLines, size) + gap;
            List<Integer> rowTops = new ArrayList<>();
            int bottom = top;
            for (int row = 0; row * across < cells.size(); row++) {
                rowTops.add(bottom);
                bottom += pictureHeight + textHeight(row) + gap;
            }
            int footerHeight = footer.isBlank() ? 0 : lines(List.of(footer), size * 0.85) + (int) size / 2;
            Paper paper = new Paper(width, bottom - gap + footerHeight + margin, GROUND);
            int y = text(paper, semibold, titleLines, margin, margin, titleSize, BRIGHT);
            text(paper, regular, subtitleLines, margin, y + (int) (size * 0.5), size, QUIET);
            for (int i = 0; i < cells.size(); i++) {
                int row = i / across;
                cell(paper, cells.get(i), margin + i % across * (pictureWidth + gap), rowTops.get(row), wordsHeight(row));
            }
            if (!footer.isBlank()) {
                text(paper, regular, List.of(footer), margin, bottom - gap + (int) size, size * 0.85, QUIET);
            }
            return paper.finish();
        }

        private void cell(Paper paper, Cell cell, int left, int top, int words) {
            paper.paste(Resize.to(cell.picture(), pictureWidth, pictureHeight), left, top);
            int wordsTop = top + pictureHeight + (int) (size * 0.8);
            int y = text(paper, semibold, titleOf(cell), left, wordsTop, size * 1.15, BRIGHT);
            text(paper, regular, textOf(cell), left, y, size, PLAIN);
            y = wordsTop + words + (int) (size * 0.5);
            for (Fact fact : cell.facts()) {
                paper.fill(left, y, pictureWidth, 1, RULE);
                y += (int) (size * 0.3);
                text(paper, regular, List.of(fact.label()), left, y, size, QUIET);
                double valueWidth = regular.width(fact.value(), size);
                y = text(paper, regular, List.of(fact.value()), left + pictureWidth - valueWidth, y, size, BRIGHT) + (int) (size * 0.3);
            }
        }

        private List<String> titleOf(Cell cell) {
            return semibold.wrap(cell.title(), size * 1.15, pictureWidth, TEXT_LINES);
        }

        private List<String> textOf(Cell cell) {
            return cell.text().isBlank() ? List.of() : regular.wrap(cell.text(), size, pictureWidth, TEXT_LINES);
        }

        /// Height of everything under the pictures of a row.
        private int textHeight(int row) {
            int facts = cellsOf(row).stream().mapToInt(cell -> cell.facts().size()).max().orElse(0);
            int fact = lines(List.of(""), size) + 2 * (int) (size * 0.3);
            return (int) (size * 0.8) + wordsHeight(row) + (int) (size * 0.5) + facts * fact;
        }

        /// Height of the tallest title and text of a row, so that the tables under them start at one height.
        private int wordsHeight(int row) {
            return cellsOf(row).stream().mapToInt(cell -> lines(titleOf(cell), size * 1.15) + lines(textOf(cell), size)).max().orElse(0);
        }

        private List<Cell> cellsOf(int row) {
            return cells.subList(row * across, Math.min(cells.size(), (row + 1) * across));
        }

        private static int lines(List<String> lines, double size) {
            return lines.size() * (int) Math.round(size * LEADING);
        }

        /// Draws lines under each other and returns where the next one would start.
        private static int text(Paper paper, Lettering letters, List<String> lines, double left, int top, double size, int colour) {
            int y = top;
            for (String line : lines) {
                double slack = size * LEADING - letters.ascent(size) - letters.descent(size);
                letters.draw(paper, line, left, Math.rint(y + slack / 2 + letters.ascent(size)), size, colour);
                y += (int) Math.round(size * LEADING);
            }
            return y;
        }
    }
}
