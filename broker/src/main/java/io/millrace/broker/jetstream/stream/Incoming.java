package io.millrace.broker.jetstream.stream;

import io.millrace.broker.store.RecordView;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message on its way into a stream: ranges of bytes that stand elsewhere, or here where the
 * server changes what the publisher said. Shard thread; one, used again for each message.
 */
public final class Incoming implements AutoCloseable {
    private static final int SCRATCH_BYTES = 4 * 1024;
    private static final int KEPT_BYTES = 64 * 1024;

    public final Bytes subject = new Bytes();

    /** The whole block from {@code NATS/1.0} to the blank line; empty for none. */
    public final Bytes headers = new Bytes();

    /** Without headers. */
    public final Bytes payload = new Bytes();

    /** Where the publisher wants to hear of it; empty for nowhere. */
    public final Bytes reply = new Bytes();

    /** Not there before it is needed, and not kept when it has grown large. */
    private @Nullable NativeBlock scratch;

    /** All of that. */
    private Region room = Region.NONE;

    private int used;

    /** What was given up for larger memory and may still be referred to. */
    private final List<NativeBlock> outgrown = new ArrayList<>();

    /** Is another message from here on: an empty one. */
    public Incoming clear() {
        subject.none();
        headers.none();
        payload.none();
        reply.none();
        used = 0;
        for (int i = 0; i < outgrown.size(); i++) {
            outgrown.get(i).close();
        }
        outgrown.clear();
        NativeBlock large = scratch;
        if (large != null && room.length() > KEPT_BYTES) {
            large.close();
            scratch = null;
            room = Region.NONE;
        }
        return this;
    }

    /** Is what a record holds, for as long as that stays. */
    public Incoming of(RecordView record) {
        clear();
        Region bytes = record.region();
        subject.at(bytes, record.subjectOffset(), record.subjectLength());
        headers.at(bytes, record.headerOffset(), record.headerLength());
        payload.at(bytes, record.payloadOffset(), record.payloadLength());
        return this;
    }

    /** Is a message of the server's own. */
    public Incoming of(String newSubject, byte[] newHeaders, byte[] newPayload) {
        return of(newSubject.getBytes(StandardCharsets.UTF_8), newHeaders, newPayload);
    }

    /** The same. */
    public Incoming of(byte[] newSubject, byte[] newHeaders, byte[] newPayload) {
        clear();
        keep(subject, newSubject);
        keep(headers, newHeaders);
        keep(payload, newPayload);
        return this;
    }

    /**
     * Has one of its parts, or another range, be this from here on; as long as it isn't cleared.
     */
    public void keep(Bytes part, byte[] bytes) {
        keep(part, bytes, 0, bytes.length);
    }

    /** The same of {@code count} bytes of an array, from its index {@code from} on. */
    public void keep(Bytes part, byte[] bytes, int from, int count) {
        Region at = room(count);
        at.put(used, bytes, from, count);
        part.at(at, used, count);
        used += count;
    }

    /** Memory of its own with so much room from {@link #used} on. */
    Region room(int bytes) {
        NativeBlock its = scratch;
        if (its == null || used + bytes > room.length()) {
            if (its != null) {
                outgrown.add(its);
            }
            its = NativeBlock.allocate(Math.max(SCRATCH_BYTES, 2 * bytes));
            scratch = its;
            room = its.region();
            used = 0;
        }
        return room;
    }

    int used() {
        return used;
    }

    /** So much of the room holds something. */
    void use(int bytes) {
        used += bytes;
    }

    @Override
    public void close() {
        clear();
        if (scratch != null) {
            scratch.close();
            scratch = null;
            room = Region.NONE;
        }
    }
}
