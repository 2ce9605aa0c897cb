package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Records;
import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordWriter;
import io.millrace.broker.store.block.BlockLocation;
import io.millrace.broker.store.block.StreamBlocks;
import io.millrace.broker.store.log.WriteAheadLog;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/** The records of a file stream: in the log, and later in its blocks. Shard thread. */
final class FileRecords implements Records {
    private final ShardLog log;
    private final StreamBlocks blocks;
    private final int stream;

    /** Behind the last record of the stream. */
    private long end;

    FileRecords(ShardLog log, StreamBlocks blocks, int stream) {
        this.log = log;
        this.blocks = blocks;
        this.stream = stream;
    }

    /** The log must have this for all that happened to the stream to be kept. */
    long end() {
        return end;
    }

    StreamBlocks blocks() {
        return blocks;
    }

    @Override
    public long append(long sequence, long timeNs, Incoming message, int flags) {
        int headers = message.headers.length();
        RecordWriter record =
                log.begin(
                        RecordKind.MESSAGE,
                        headers > 0 ? flags | RecordLayout.HEADERS : flags,
                        stream,
                        sequence,
                        timeNs,
                        message.subject.length(),
                        headers,
                        message.payload.length());
        if (record == null) {
            return NO_ROOM;
        }
        copy(message.subject, record.region(), record.subjectOffset());
        if (headers > 0) {
            copy(message.headers, record.region(), record.headerOffset());
        }
        copy(message.payload, record.region(), record.payloadOffset());
        return ended();
    }

    private static void copy(Bytes from, Region to, int at) {
        from.region().copy(from.offset(), to, at, from.length());
    }

    private long ended() {
        WriteAheadLog its = log.its();
        long position = its.end();
        end = its.appended();
        return position;
    }

    @Override
    public boolean makeRoom() {
        return log.its().makeRoom();
    }

    @Override
    public boolean fits(Incoming message) {
        return message.subject.length() <= RecordLayout.MAX_SUBJECT_BYTES
                && RecordWriter.length(
                                RecordLayout.HEADERS,
                                message.subject.length(),
                                message.headers.length(),
                                message.payload.length())
                        <= log.its().maxRecordBytes() - RecordLayout.ALIGNMENT;
    }

    @Override
    public boolean view(long location, RecordView into) {
        return BlockLocation.isInBlock(location)
                ? blocks.view(location, into)
                : log.its().view(location, into);
    }

    @Override
    public void dead(long location, int size) {
        if (BlockLocation.isInBlock(location)) {
            blocks.forget(location, size);
        }
    }

    @Override
    public boolean remove(long sequence, boolean erase) {
        return done(begin(RecordKind.REMOVE, erase ? RecordLayout.ERASE : 0, sequence, 0));
    }

    @Override
    public boolean removeUpTo(long sequence) {
        return done(begin(RecordKind.REMOVE_UP_TO, 0, sequence, 0));
    }

    @Override
    public boolean remove(long[] sequences, int count) {
        RecordWriter record = begin(RecordKind.REMOVE_MANY, 0, sequences[0], count * Long.BYTES);
        if (record == null) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            record.region().putLong(record.payloadOffset() + i * Long.BYTES, sequences[i]);
        }
        ended();
        return true;
    }

    @Override
    public boolean skip(long sequence) {
        return done(begin(RecordKind.SKIP, 0, sequence, 0));
    }

    private @Nullable RecordWriter begin(int kind, int flags, long sequence, int payload) {
        return log.begin(kind, flags, stream, sequence, 0, 0, 0, payload);
    }

    private boolean done(@Nullable RecordWriter record) {
        if (record == null) {
            return false;
        }
        ended();
        return true;
    }
}
