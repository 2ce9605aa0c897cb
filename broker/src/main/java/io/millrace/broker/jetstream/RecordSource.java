package io.millrace.broker.jetstream;

import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.Source;
import io.millrace.protocol.Region;

import java.io.IOException;

/** Gives back what {@link MemorySink} took, from the payload of a record. Shard thread. */
final class RecordSource implements Source {
    private final Region region;
    private final int end;
    private int at;

    RecordSource(RecordView record) {
        region = record.region();
        at = record.payloadOffset();
        end = at + record.payloadLength();
    }

    @Override
    public long remaining() {
        return end - at;
    }

    /** Where the next bytes stand. */
    private int next(int bytes) throws IOException {
        if (bytes > end - at) {
            throw new IOException("a record of a consumer's state ends too early");
        }
        at += bytes;
        return at - bytes;
    }

    @Override
    public int getByte() throws IOException {
        return region.getByte(next(1)) & 0xFF;
    }

    @Override
    public int getInt() throws IOException {
        return region.getInt(next(Integer.BYTES));
    }

    @Override
    public long getLong() throws IOException {
        return region.getLong(next(Long.BYTES));
    }

    @Override
    public void getBytes(Region to, int offset, int bytes) throws IOException {
        region.copy(next(bytes), to, offset, bytes);
    }
}
