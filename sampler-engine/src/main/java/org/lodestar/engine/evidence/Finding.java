package org.lodestar.engine.evidence;

import java.util.Collection;
import java.util.List;
import org.lodestar.engine.image.Rgb;

/// What an experiment found.
///
/// @param verdict whether the expected direction showed
/// @param words   the verdict in one or more sentences, with the numbers it rests on
/// @param tables  summaries for the page and raw numbers for programs
/// @param figures plots and pictures
public record Finding(Verdict verdict, String words, List<Table> tables, List<Figure> figures) {
    public Finding {
        tables = List.copyOf(tables);
        figures = List.copyOf(figures);
    }

    /// Whether the expected direction showed.
    public enum Verdict {
        SHOWN("shown"),
        PARTLY("partly shown"),
        NOT_SHOWN("not shown"),
        IMPOSSIBLE("not possible with this model");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        /// `shown` where all of `holds` are true, `not shown` where none is.
        static Verdict of(Collection<Boolean> holds) {
            return holds.stream().allMatch(each -> each) ? SHOWN : holds.stream().noneMatch(each -> each) ? NOT_SHOWN : PARTLY;
        }

        /// As for a collection.
        static Verdict of(boolean... holds) {
            int count = 0;
            for (boolean each : holds) {
                count += each ? 1 : 0;
            }
            return count == holds.length ? SHOWN : count == 0 ? NOT_SHOWN : PARTLY;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /// Rows of texts and numbers ([Double], [Integer], [Long] or anything with a text form).
    ///
    /// @param name    what its file is called
    /// @param onPage  whether it is shown on the page, not only written as CSV
    /// @param columns names
    /// @param rows    as long as `columns` each
    public record Table(String name, boolean onPage, List<String> columns, List<? extends List<?>> rows) {
        public Table {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }

        /// Comma-separated values with a header, full precision.
        public String csv() {
            StringBuilder out = new StringBuilder();
            appendRow(out, columns);
            rows.forEach(row -> appendRow(out, row));
            return out.toString();
        }

        private static void appendRow(StringBuilder out, List<?> row) {
            for (int i = 0; i < row.size(); i++) {
                Object cell = row.get(i);
                String text = cell instanceof Double d ? Numbers.full(d) : String.valueOf(cell);
                boolean quote = text.contains(",") || text.contains("\"") || text.contains("\n");
                out.append(i == 0 ? "" : ",").append(quote ? '"' + text.replace("\"", "\"\"") + '"' : text);
            }
            out.append('\n');
        }

        /// A Markdown table, numbers at three digits.
        public String markdown() {
            StringBuilder out = new StringBuilder("| " + String.join(" | ", columns) + " |\n|");
            columns.forEach(column -> out.append("---|"));
            out.append('\n');
            for (List<?> row : rows) {
                out.append('|');
                row.forEach(cell -> out.append(' ').append(cell instanceof Double d ? Numbers.brief(d) : String.valueOf(cell).replace("|", "\\|")).append(" |"));
                out.append('\n');
            }
            return out.toString();
        }
    }

    /// @param name    what its file is called
    /// @param caption what it shows
    public record Figure(String name, String caption, Rgb picture) {}
}
