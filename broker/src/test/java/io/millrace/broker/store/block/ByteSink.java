package io.millrace.broker.store.block;

import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.protocol.Region;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A section in memory. */
final class ByteSink implements Sink {
    private byte[] bytes = new byte[64];
    private int length;

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void put(byte[] more) {
        if (length + more.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * (length + more.length));
        }
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    @Override
    public void putByte(int value) {
        put(new byte[] {(byte) value});
    }

    @Override
    public void putInt(int value) {
        put(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    @Override
    public void putLong(long value) {
        put(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    @Override
    public void putBytes(Region from, int offset, int count) {
        put(from.bytes(offset, count));
    }

    @Override
    public boolean isFull() {
        return false;
    }

    /** Gives bytes of a section back. */
    static final class Reader implements Source {
        private final ByteBuffer in;

        Reader(byte[] bytes) {
            in = ByteBuffer.wrap(bytes);
        }

        private ByteBuffer need(int count) throws IOException {
            if (in.remaining() < count) {
                throw new EOFException();
            }
            return in;
        }

        @Override
        public long remaining() {
            return in.remaining();
        }

        @Override
        public int getByte() throws IOException {
            return need(Byte.BYTES).get();
        }

        @Override
        public int getInt() throws IOException {
            return need(Integer.BYTES).getInt();
        }

        @Override
        public long getLong() throws IOException {
            return need(Long.BYTES).getLong();
        }

        @Override
        public void getBytes(Region to, int offset, int count) throws IOException {
            byte[] part = new byte[count];
            need(count).get(part);
            to.put(offset, part);
        }
    }
}
