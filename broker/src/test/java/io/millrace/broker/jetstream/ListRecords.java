package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Records;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordWriter;
import io.millrace.protocol.NativeBlock;

import java.util.ArrayList;
import java.util.List;

/**
 * Records as a list: all that ever happened to a stream, to be replayed. The bytes of dead messages
 * are spoiled, so that whoever looks at one is found.
 */
final class ListRecords implements Records, AutoCloseable {
    private static final int BYTES = 256 * 1024;

    /** What happened; a message has a place. */
    private record Entry(int kind, long sequence, long[] sequences, int place, byte[] bytes) {}

    private final NativeBlock memory;
    private final List<Entry> entries = new ArrayList<>();
    private final List<StreamConfig> configs = new ArrayList<>();
    private final RecordWriter writer = new RecordWriter();
    private int used;

    ListRecords() {
        this(BYTES);
    }

    /** With room for so many bytes of messages. */
    ListRecords(int bytes) {
        memory = NativeBlock.allocate(bytes);
    }

    /** Whether there is no room any more. */
    boolean full;

    /** How much has happened. */
    int count() {
        return entries.size();
    }

    @Override
    public boolean makeRoom() {
        return !full;
    }

    @Override
    public long append(long sequence, long timeNs, Incoming message, int more) {
        if (full) {
            return NO_ROOM;
        }
        int headers = message.headers.length();
        int subject = message.subject.length();
        int flags = more | (headers > 0 ? RecordLayout.HEADERS : 0);
        int payload = message.payload.length();
        writer.begin(
                memory.region(),
                used,
                RecordKind.MESSAGE,
                flags,
                1,
                sequence,
                timeNs,
                subject,
                headers,
                payload);
        put(message.subject.copy(), writer.subjectOffset());
        put(message.headers.copy(), writer.headerOffset());
        put(message.payload.copy(), writer.payloadOffset());
        memory.region().putInt(used + RecordLayout.LENGTH, writer.length());
        byte[] bytes = memory.region().bytes(used, writer.length());
        entries.add(new Entry(RecordKind.MESSAGE, sequence, new long[0], used, bytes));
        int place = used;
        used += (int) RecordLayout.padded(writer.length());
        return place;
    }

    private void put(byte[] bytes, int at) {
        memory.region().put(at, bytes);
    }

    @Override
    public boolean fits(Incoming message) {
        return true;
    }

    @Override
    public boolean view(long location, RecordView into) {
        return into.moveTo(memory.region(), (int) location, used);
    }

    @Override
    public void dead(long location, int size) {
        put(new byte[RecordLayout.HEAD_BYTES], (int) location);
    }

    @Override
    public boolean remove(long sequence, boolean erase) {
        return keep(RecordKind.REMOVE, sequence);
    }

    @Override
    public boolean removeUpTo(long sequence) {
        return keep(RecordKind.REMOVE_UP_TO, sequence);
    }

    @Override
    public boolean remove(long[] sequences, int count) {
        long[] copy = java.util.Arrays.copyOf(sequences, count);
        return !full && entries.add(new Entry(RecordKind.REMOVE_MANY, 0, copy, 0, new byte[0]));
    }

    @Override
    public boolean skip(long sequence) {
        return keep(RecordKind.SKIP, sequence);
    }

    private boolean keep(int kind, long sequence) {
        return !full && entries.add(new Entry(kind, sequence, new long[0], 0, new byte[0]));
    }

    /** The stream is configured otherwise from here on. */
    void configured(StreamConfig config) {
        entries.add(new Entry(RecordKind.CONFIG, configs.size(), new long[0], 0, new byte[0]));
        configs.add(config);
    }

    /** What is dead can be read again: so it is after a restart. */
    void refresh() {
        entries.forEach(each -> put(each.bytes, each.place));
    }

    /** Has happen to a stream what has happened since there were so many. */
    void replay(Stream stream, int from) {
        RecordView view = new RecordView();
        try (Incoming message = new Incoming()) {
            for (int i = from; i < entries.size(); i++) {
                Entry each = entries.get(i);
                switch (each.kind) {
                    case RecordKind.MESSAGE -> {
                        view.moveTo(memory.region(), each.place, used);
                        stream.replayMessage(
                                message.of(view), view.sequence(), view.timeNs(), each.place);
                    }
                    case RecordKind.REMOVE -> stream.replayRemove(each.sequence);
                    case RecordKind.REMOVE_UP_TO -> stream.replayRemoveUpTo(each.sequence);
                    case RecordKind.REMOVE_MANY -> {
                        for (long sequence : each.sequences) {
                            stream.replayRemove(sequence);
                        }
                    }
                    case RecordKind.SKIP -> stream.replaySkip(each.sequence);
                    default -> stream.configure(configs.get((int) each.sequence));
                }
            }
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
