package io.millrace.broker.store.log;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordWriter;
import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.Errands;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A log of texts, with what it told of itself when it was opened. */
final class TestLog implements AutoCloseable {
    static final String DIRECTORY = "log";

    /** What was found, by position. */
    final NavigableMap<Long, String> found = new TreeMap<>();

    /** Ranges that were told of: from, to. */
    final List<long[]> damages = new ArrayList<>();

    final WriteAheadLog log;
    private final RecordView view = new RecordView();
    private long sequence;

    TestLog(Disk disk, LogOptions options, Errands errands, long from) throws IOException {
        log =
                WriteAheadLog.open(
                        disk,
                        DIRECTORY,
                        options,
                        errands,
                        new Debtor(Ledger.unbounded()),
                        from,
                        (position, record) -> found.put(position, text(record)),
                        (begin, end, why) -> damages.add(new long[] {begin, end}));
    }

    /** Small segments, and salts that are always the same. */
    static LogOptions options(int segmentBytes) {
        return LogOptions.standard(() -> 0, new SplittableRandom(1))
                .withSizes(segmentBytes, 1024, 1 << 20);
    }

    /** Appends a text; null if there is no room. */
    @Nullable Long append(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        RecordWriter writer =
                log.begin(RecordKind.MESSAGE, 0, 1, ++sequence, 0, 0, 0, bytes.length);
        if (writer == null) {
            return null;
        }
        writer.region().put(writer.payloadOffset(), bytes);
        return log.end();
    }

    /** The text at a position; null if none can be viewed. */
    @Nullable String view(long position) {
        return log.view(position, view) ? text(view) : null;
    }

    private static String text(RecordView view) {
        byte[] bytes = view.region().bytes(view.payloadOffset(), view.payloadLength());
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Ends without a word, as a process that is killed. */
    void abandon() throws IOException {
        log.abandon();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
