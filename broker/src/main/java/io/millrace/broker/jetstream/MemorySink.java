package io.millrace.broker.jetstream;

import io.millrace.broker.store.Sink;
import io.millrace.protocol.Region;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Takes what a checkpoint would be told, for a record of the log. Shard thread. */
final class MemorySink implements Sink {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteBuffer number =
            ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    @Override
    public void putByte(int value) {
        out.write(value);
    }

    @Override
    public void putInt(int value) {
        number.putInt(0, value);
        out.write(number.array(), 0, Integer.BYTES);
    }

    @Override
    public void putLong(long value) {
        number.putLong(0, value);
        out.write(number.array(), 0, Long.BYTES);
    }

    @Override
    public void putBytes(Region from, int offset, int bytes) {
        out.writeBytes(from.bytes(offset, bytes));
    }

    @Override
    public boolean isFull() {
        return false;
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
