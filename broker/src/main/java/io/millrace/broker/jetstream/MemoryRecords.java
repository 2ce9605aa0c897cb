package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Records;
import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.block.MemoryBlocks;
import io.millrace.broker.store.block.RecordParts;

/** The messages of a memory stream; what else happens to it isn't kept. Shard thread. */
final class MemoryRecords implements Records {
    private final MemoryBlocks blocks;
    private final RecordParts parts = new RecordParts();

    MemoryRecords(MemoryBlocks blocks) {
        this.blocks = blocks;
    }

    MemoryBlocks blocks() {
        return blocks;
    }

    @Override
    public long append(long sequence, long timeNs, Incoming message, int place) {
        parts.subject(message.subject.region(), message.subject.offset(), message.subject.length());
        parts.headers(message.headers.region(), message.headers.offset(), message.headers.length());
        parts.payload(message.payload.region(), message.payload.offset(), message.payload.length());
        int flags = message.headers.isEmpty() ? 0 : RecordLayout.HEADERS;
        return blocks.append(RecordKind.MESSAGE, flags, sequence, timeNs, parts);
    }

    @Override
    public boolean makeRoom() {
        return false;
    }

    @Override
    public boolean fits(Incoming message) {
        return message.subject.length() <= RecordLayout.MAX_SUBJECT_BYTES;
    }

    @Override
    public boolean view(long location, RecordView into) {
        return blocks.view(location, into);
    }

    @Override
    public void dead(long location, int size) {
        blocks.forget(location, size);
    }

    @Override
    public boolean remove(long sequence, boolean erase) {
        return true;
    }

    @Override
    public boolean removeUpTo(long sequence) {
        return true;
    }

    @Override
    public boolean remove(long[] sequences, int count) {
        return true;
    }

    @Override
    public boolean skip(long sequence) {
        return true;
    }
}
