package org.lodestar.engine.internal.ort;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.lodestar.engine.model.Embedding;

/// Joins what text networks give. States are `rows x width`.
final class TextRows {
    private TextRows() {}

    /// `beside` side by side, then `below` and `blank` rows of zeros as further rows; every row is filled up with zeros to the widest, at least to `width`.
    static Embedding arranged(List<Embedding> beside, List<Embedding> below, int blank, int width) {
        List<Embedding> blocks = Stream.concat(beside.isEmpty() ? Stream.of() : Stream.of(side(beside)), below.stream()).toList();
        int widest = Math.max(width, blocks.stream().mapToInt(block -> block.shape()[1]).max().orElse(0));
        if (blocks.size() == 1 && blank == 0 && blocks.getFirst().shape()[1] == widest) {
            return blocks.getFirst();
        }
        int rows = blank + blocks.stream().mapToInt(block -> block.shape()[0]).sum();
        float[] values = new float[rows * widest];
        int top = 0;
        for (Embedding block : blocks) {
            place(block, values, top, widest);
            top += block.shape()[0] * widest;
        }
        return new Embedding(new int[] {rows, widest}, values);
    }

    /// The rows of all chunks one after the other.
    static Embedding stacked(List<Embedding> chunks) {
        if (chunks.size() == 1) {
            return chunks.getFirst();
        }
        Embedding all = joined(chunks);
        int width = chunks.getFirst().shape()[1];
        return new Embedding(new int[] {all.size() / width, width}, all.toArray());
    }

    /// All numbers one after the other.
    static Embedding joined(List<Embedding> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        FloatBuffer values = FloatBuffer.allocate(parts.stream().mapToInt(Embedding::size).sum());
        parts.forEach(part -> part.copyTo(values));
        return new Embedding(new int[] {values.capacity()}, values.array());
    }

    /// 1 for the first `used` of `rows`, else 0.
    static Embedding mask(int used, int rows) {
        float[] mask = new float[rows];
        Arrays.fill(mask, 0, Math.min(used, rows), 1);
        return new Embedding(new int[] {rows}, mask);
    }

    private static Embedding side(List<Embedding> states) {
        if (states.size() == 1) {
            return states.getFirst();
        }
        int tokens = states.getFirst().shape()[0];
        int width = states.stream().mapToInt(block -> block.shape()[1]).sum();
        float[] values = new float[tokens * width];
        int left = 0;
        for (Embedding block : states) {
            place(block, values, left, width);
            left += block.shape()[1];
        }
        return new Embedding(new int[] {tokens, width}, values);
    }

    /// Writes a block's rows into rows of `width`, its first number at `corner`.
    private static void place(Embedding block, float[] values, int corner, int width) {
        int own = block.shape()[1];
        for (int row = 0; row < block.shape()[0]; row++) {
            for (int i = 0; i < own; i++) {
                values[corner + row * width + i] = block.at(row * own + i);
            }
        }
    }
}
