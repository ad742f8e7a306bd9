package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.pack.OnnxFile.Malformed;

/// Walks the fields of a protobuf file without loading it. Call [#next], look at [#field], then take the value or [#skip] it.
final class ProtobufReader implements AutoCloseable {

    /// Reads the fields of one nested message.
    @FunctionalInterface
    interface Body {
        void read() throws IOException;
    }

    /// Reads one nested message into a value.
    @FunctionalInterface
    interface Value<T> {
        T read() throws IOException;
    }

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).limit(0);
    private long bufferStart;
    private long end;
    private int field;
    private int wire;

    ProtobufReader(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        end = channel.size();
    }

    /// Whether the current message has another field, whose tag is then read.
    boolean next() throws IOException {
        if (position() == end) {
            return false;
        }
        long tag = rawVarint();
        field = (int) (tag >>> 3);
        wire = (int) (tag & 7);
        if (tag >>> 3 == 0 || tag >>> 3 > 0x1fffffff) {
            throw new Malformed("it has a field with the impossible number " + (tag >>> 3));
        }
        return true;
    }

    /// The number of the current field.
    int field() {
        return field;
    }

    long varint() throws IOException {
        expect(VARINT);
        return rawVarint();
    }

    /// A repeated integer, packed or not, appended to `target`.
    void varints(int max, List<Long> target) throws IOException {
        if (wire == VARINT) {
            target.add(rawVarint());
        } else {
            message(() -> {
                while (position() < end && target.size() <= max) {
                    target.add(rawVarint());
                }
            });
        }
        if (target.size() > max) {
            throw new Malformed("a list holds more than " + max + " numbers");
        }
    }

    String text(int maxBytes) throws IOException {
        expect(BYTES);
        long length = length();
        if (length > maxBytes) {
            throw new Malformed("a name is " + length + " bytes long");
        }
        byte[] bytes = new byte[(int) length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = nextByte();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// The current field as a nested message, read by `body` to its end or left early.
    void message(Body body) throws IOException {
        value(() -> {
            body.read();
            return Boolean.TRUE;
        });
    }

    /// Like [#message], with a result.
    <T> T value(Value<T> body) throws IOException {
        expect(BYTES);
        long length = length();
        long outerEnd = end;
        end = position() + length;
        T result = body.read();
        seek(end);
        end = outerEnd;
        return result;
    }

    /// Where bytes lie in the file.
    record Block(long offset, long length) {}

    /// Skips the current field and says where its bytes lie; null if it is a number.
    @Nullable Block block() throws IOException {
        if (wire != BYTES) {
            skip();
            return null;
        }
        long length = length();
        Block block = new Block(position(), length);
        advance(length);
        return block;
    }

    void skip() throws IOException {
        switch (wire) {
            case VARINT -> rawVarint();
            case FIXED64 -> advance(8);
            case BYTES -> advance(length());
            case FIXED32 -> advance(4);
            default -> throw new Malformed("it has a field of the unknown kind " + wire);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void expect(int kind) throws Malformed {
        if (wire != kind) {
            throw new Malformed("field " + field + " is of kind " + wire + " instead of " + kind);
        }
    }

    private long length() throws IOException {
        long length = rawVarint();
        if (length < 0 || length > end - position()) {
            throw new Malformed("it ends early: " + Long.toUnsignedString(length) + " bytes are announced, " + (end - position()) + " are left");
        }
        return length;
    }

    private long rawVarint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = nextByte();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new Malformed("it has a number of more than 64 bits");
    }

    private byte nextByte() throws IOException {
        if (position() >= end) {
            throw new Malformed("it ends in the middle of a value");
        }
        if (!buffer.hasRemaining()) {
            bufferStart = position();
            buffer.clear();
            int read = channel.read(buffer, bufferStart);
            buffer.flip();
            if (read <= 0) {
                throw new Malformed("it ends in the middle of a value");
            }
        }
        return buffer.get();
    }

    private void advance(long bytes) throws IOException {
        if (bytes > end - position()) {
            throw new Malformed("it ends in the middle of a value");
        }
        seek(position() + bytes);
    }

    private void seek(long target) {
        long inBuffer = target - bufferStart;
        if (inBuffer >= 0 && inBuffer <= buffer.limit()) {
            buffer.position((int) inBuffer);
        } else {
            bufferStart = target;
            buffer.clear().limit(0);
        }
    }

    private long position() {
        return bufferStart + buffer.position();
    }
}
