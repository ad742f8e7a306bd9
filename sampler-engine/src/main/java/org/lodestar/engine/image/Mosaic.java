package org.lodestar.engine.image;

import java.util.List;

/// Small pictures in labelled rows and columns on white, at their own size or, where that is more, 96 pixels wide: many ways of making a picture at one glance.
///
/// @param columns heads of the columns, none for no heads
/// @param rows    at least one; all pictures of one size
public record Mosaic(List<String> columns, List<Row> rows) {
    private static final int GROUND = 0xffffff;
    private static final int PLAIN = 0x4a4f55;
    private static final double SIZE = 13;
    private static final int GAP = 6;
    private static final int WIDEST = 96;

    public Mosaic {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        if (rows.isEmpty() || rows.getFirst().pictures().isEmpty()) {
            throw new IllegalArgumentException("a mosaic needs a picture");
        }
    }

    /// @param label    what the pictures of this row share
    /// @param pictures from left to right
    public record Row(String label, List<Rgb> pictures) {
        public Row {
            pictures = List.copyOf(pictures);
        }
    }

    /// Draws it.
    public Rgb draw() {
        Lettering regular = Lettering.regular();
        Rgb first = rows.getFirst().pictures().getFirst();
        int wide = Math.min(WIDEST, first.width());
        int high = Math.max(1, first.height() * wide / first.width());
        int across = rows.stream().mapToInt(row -> row.pictures().size()).max().orElseThrow();
        int left = GAP + (int) Math.ceil(rows.stream().mapToDouble(row -> regular.width(row.label(), SIZE)).max().orElse(0)) + 2 * GAP;
        int top = columns.isEmpty() ? GAP : GAP + (int) (SIZE * 1.7);
        Paper paper = new Paper(left + across * (wide + GAP), top + rows.size() * (high + GAP), GROUND);
        for (int i = 0; i < columns.size(); i++) {
            String head = regular.wrap(columns.get(i), SIZE, wide, 1).getFirst();
            double middle = left + i * (wide + GAP) + wide / 2.0;
            regular.draw(paper, head, middle - regular.width(head, SIZE) / 2, GAP + SIZE, SIZE, PLAIN);
        }
        for (int r = 0; r < rows.size(); r++) {
            int y = top + r * (high + GAP);
            regular.draw(paper, rows.get(r).label(), GAP, y + high / 2.0 + SIZE * 0.35, SIZE, PLAIN);
            for (int i = 0; i < rows.get(r).pictures().size(); i++) {
                paper.paste(Resize.to(rows.get(r).pictures().get(i), wide, high), left + i * (wide + GAP), y);
            }
        }
        return paper.finish();
    }
}
