package io.millrace.broker.jetstream;

import io.millrace.broker.store.RecordWriter;
import io.millrace.broker.store.disk.Errands;
import io.millrace.broker.store.log.WriteAheadLog;

import org.jspecify.annotations.Nullable;

/**
 * The log of a shard, which isn't there yet while what was kept is read. Where the disk lags
 * behind, whoever appends waits for it: a message isn't refused for that. Shard thread.
 */
final class ShardLog {
    private final Errands errands;
    private @Nullable WriteAheadLog log;

    ShardLog(Errands errands) {
        this.errands = errands;
    }

    void is(WriteAheadLog opened) {
        log = opened;
    }

    boolean isOpen() {
        return log != null;
    }

    WriteAheadLog its() {
        if (log == null) {
            throw new IllegalStateException("not while the log is read");
        }
        return log;
    }

    /** Begins a record; null if there is no room, nor will be when the disk has caught up. */
    @Nullable RecordWriter begin(
            int kind,
            int flags,
            int stream,
            long sequence,
            long timeNs,
            int subject,
            int headers,
            int payload) {
        WriteAheadLog open = its();
        RecordWriter record =
                open.begin(kind, flags, stream, sequence, timeNs, subject, headers, payload);
        if (record == null && open.fault().isEmpty()) {
            open.commit();
            errands.finish();
            open.poll();
            record = open.begin(kind, flags, stream, sequence, timeNs, subject, headers, payload);
        }
        return record;
    }
}
