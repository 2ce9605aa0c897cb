package io.millrace.broker.jetstream.publish;

import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.protocol.Region;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A checkpoint in memory. */
final class Recorded implements Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private interface Writing {
        void run() throws IOException;
    }

    private static void write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void putByte(int value) {
        write(() -> out.writeByte(value));
    }

    @Override
    public void putInt(int value) {
        write(() -> out.writeInt(value));
    }

    @Override
    public void putLong(long value) {
        write(() -> out.writeLong(value));
    }

    @Override
    public void putBytes(Region from, int offset, int length) {
        write(() -> out.write(from.bytes(offset, length)));
    }

    @Override
    public boolean isFull() {
        return false;
    }

    int size() {
        return bytes.size();
    }

    Source source() {
        return source(bytes.size());
    }

    /** One that ends early. */
    Source source(int length) {
        DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(bytes.toByteArray(), 0, length));
        return new Source() {
            @Override
            public long remaining() {
                try {
                    return in.available();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public int getByte() throws IOException {
                return in.readByte();
            }

            @Override
            public int getInt() throws IOException {
                return in.readInt();
            }

            @Override
            public long getLong() throws IOException {
                return in.readLong();
            }

            @Override
            public void getBytes(Region to, int offset, int length) throws IOException {
                byte[] read = new byte[length];
                in.readFully(read);
                to.put(offset, read);
            }
        };
    }
}
