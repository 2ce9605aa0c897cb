package io.millrace.broker.store.index;

import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.protocol.Region;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.ByteBuffer;

/** What an index wrote, on the heap. */
final class Dump implements Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void putByte(int value) {
        bytes.write(value);
    }

    @Override
    public void putInt(int value) {
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    @Override
    public void putLong(long value) {
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    @Override
    public void putBytes(Region from, int offset, int length) {
        bytes.writeBytes(from.bytes(offset, length));
    }

    @Override
    public boolean isFull() {
        return false;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    Source source() {
        return source(bytes());
    }

    static Source source(byte[] content) {
        ByteBuffer in = ByteBuffer.wrap(content);
        return new Source() {
            @Override
            public long remaining() {
                return in.remaining();
            }

            @Override
            public int getByte() throws EOFException {
                check(1);
                return in.get();
            }

            @Override
            public int getInt() throws EOFException {
                check(Integer.BYTES);
                return in.getInt();
            }

            @Override
            public long getLong() throws EOFException {
                check(Long.BYTES);
                return in.getLong();
            }

            @Override
            public void getBytes(Region to, int offset, int length) throws EOFException {
                check(length);
                byte[] piece = new byte[length];
                in.get(piece);
                to.put(offset, piece);
            }

            private void check(int wanted) throws EOFException {
                if (in.remaining() < wanted) {
                    throw new EOFException();
                }
            }
        };
    }
}
