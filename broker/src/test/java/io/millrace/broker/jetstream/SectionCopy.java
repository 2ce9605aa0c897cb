package io.millrace.broker.jetstream;

import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.protocol.Region;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A section of a checkpoint in memory. */
final class SectionCopy implements Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] bytes() {
        return bytes.toByteArray();
    }

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

    /** Reads what one has taken. */
    static Source read(byte[] section) {
        ByteBuffer in = ByteBuffer.wrap(section);
        return new Source() {
            @Override
            public long remaining() {
                return in.remaining();
            }

            @Override
            public int getByte() throws IOException {
                need(1);
                return in.get() & 0xFF;
            }

            @Override
            public int getInt() throws IOException {
                need(Integer.BYTES);
                return in.getInt();
            }

            @Override
            public long getLong() throws IOException {
                need(Long.BYTES);
                return in.getLong();
            }

            @Override
            public void getBytes(Region to, int offset, int length) throws IOException {
                need(length);
                byte[] some = new byte[length];
                in.get(some);
                to.put(offset, some);
            }

            private void need(int bytes) throws IOException {
                if (in.remaining() < bytes) {
                    throw new EOFException();
                }
            }
        };
    }
}
