package io.millrace.broker.jetstream;

import io.millrace.broker.compression.S2Arrays;
import io.millrace.broker.jetstream.api.StreamSnapshotRequest;
import io.millrace.broker.jetstream.api.StreamState;
import io.millrace.broker.jetstream.archive.ArchiveWriter;
import io.millrace.broker.jetstream.archive.ArchivedConsumer;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordView;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * A backup that is being made: reads a stream a little at a time, and sends chunks of an archive as
 * fast as its receiver acknowledges them. A machine that is polled. Shard thread.
 *
 * <pre>
 *   knocking ── an acknowledgement, or enough of it ──▶ sending ── all sent ──▶ ending ──▶ over
 *                                                         └── an error ──────────▲
 * </pre>
 *
 * <p>The command line client subscribes to chunks only when it has read the answer to its request,
 * and somebody else of it hears them before: what came too early would be missing from the backup.
 * So it begins with a chunk that may be missed, and may come more than once.
 */
final class Backup {
    /** Of what is read at once, so that nobody waits long. */
    static final int BYTES_AT_ONCE = 256 * 1024;

    static final long ACK_TIMEOUT_NS = 5_000_000_000L;

    private static final int USUAL_CHUNK_BYTES = 128 * 1024;
    private static final int USUAL_WINDOW_BYTES = 8 * 1024 * 1024;
    private static final int LEAST_BYTES = 1024;
    private static final int MOST_CHUNK_BYTES = 1024 * 1024;
    private static final int MOST_WINDOW_BYTES = 32 * 1024 * 1024;

    /** Compressed together. */
    private static final int PIECE_BYTES = 64 * 1024;

    private static final long KNOCK_PAUSE_NS = 20_000_000;
    private static final int MOST_KNOCKS = 25;

    /** Where there is no room to send something, there may be soon. */
    private static final long ROOM_PAUSE_NS = 10_000_000;

    private static final byte[] NOTHING = {};
    private static final String DONE = "204";

    /** What is backed up. */
    interface Original {
        /** Not to be looked at when it is gone. */
        Messages messages();

        boolean isGone();

        ConsumersOf consumers();
    }

    /** Where chunks go. */
    interface Outlet {
        /**
         * Sends one.
         *
         * @param reply empty for none
         * @param headers empty for none
         * @return false if there is no room now
         */
        boolean send(String reply, byte[] headers, byte[] payload);
    }

    private enum State {
        KNOCKING,
        SENDING,
        ENDING,
        OVER
    }

    private final Original original;
    private final Outlet outlet;
    private final Debtor debtor;
    private final StreamState state;
    private final String ackSubject;
    private final int chunkBytes;
    private final int maxInFlight;
    private final ArchiveWriter archive;
    private final S2Arrays s2 = new S2Arrays();
    private final Deque<String> consumers = new ArrayDeque<>();
    private final RecordView view = new RecordView();

    private State now = State.KNOCKING;
    private int knocks;
    private long knockDueNs;

    /** Chunks that may be sent before the next acknowledgement. */
    private int slots;

    private int sent;
    private long ackDueNs;

    /** Compressed, from {@link #taken} to {@link #filled}: what wasn't sent yet. */
    private byte[] packed = {};

    private int taken;
    private int filled;
    private boolean stateWritten;
    private long lastSequence;
    private boolean allWritten;
    private String error = "";
    private byte[] lastHeaders = NOTHING;
    private long charged;

    /**
     * Begins one.
     *
     * @param state of the stream, now
     * @param ackSubject in front of what chunks are to be acknowledged to
     * @param debtor owes the memory
     * @param nowNs since the epoch
     */
    Backup(
            Original original,
            StreamState state,
            StreamSnapshotRequest request,
            String ackSubject,
            Outlet outlet,
            Debtor debtor,
            long nowNs) {
        this.original = original;
        this.outlet = outlet;
        this.debtor = debtor;
        this.ackSubject = ackSubject;
        chunkBytes = chunkBytes(request);
        maxInFlight = windowBytes(request) / chunkBytes;
        slots = maxInFlight;
        List<String> names = request.noConsumers() ? List.of() : original.consumers().names();
        consumers.addAll(names);
        this.state = state.withConsumers(names.size());
        lastSequence = Math.max(0, state.firstSequence() - 1);
        archive = new ArchiveWriter(nowNs);
        knockDueNs = nowNs;
        charge();
    }

    private static int chunkBytes(StreamSnapshotRequest request) {
        int wanted = request.chunkSize() == 0 ? USUAL_CHUNK_BYTES : request.chunkSize();
        return Math.clamp(wanted, LEAST_BYTES, MOST_CHUNK_BYTES);
    }

    private static int windowBytes(StreamSnapshotRequest request) {
        int wanted = request.windowSize() == 0 ? USUAL_WINDOW_BYTES : request.windowSize();
        return Math.max(chunkBytes(request), Math.clamp(wanted, LEAST_BYTES, MOST_WINDOW_BYTES));
    }

    /** The stream's state as the archive tells it. */
    StreamState state() {
        return state;
    }

    boolean isOver() {
        return now == State.OVER;
    }

    /** Why it has ended before all was sent; empty if it hasn't. */
    String error() {
        return error;
    }

    /** A chunk was acknowledged to this subject. */
    void onAck(String subject) {
        boolean knock = subject.endsWith(".0");
        if (now == State.KNOCKING && knock) {
            // Once more would be harmless, and of no use.
            knocks = MOST_KNOCKS;
            knockDueNs = 0;
        } else if (!knock) {
            slots = Math.min(maxInFlight, slots + 1);
        }
    }

    /**
     * Goes on.
     *
     * @return when to poll it again at the latest, since the epoch
     */
    long poll(long nowNs) {
        long dueNs =
                switch (now) {
                    case KNOCKING -> knock(nowNs);
                    case SENDING -> send(nowNs);
                    case ENDING -> end(nowNs);
                    case OVER -> Long.MAX_VALUE;
                };
        charge();
        return dueNs;
    }

    private long knock(long nowNs) {
        if (nowNs < knockDueNs) {
            return knockDueNs;
        }
        if (knocks == MOST_KNOCKS) {
            now = State.SENDING;
            ackDueNs = nowNs + ACK_TIMEOUT_NS;
            return nowNs;
        }
        byte[] nothing = S2Arrays.nothing();
        if (!outlet.send(ackSubject + '.' + nothing.length + ".0", NOTHING, nothing)) {
            return nowNs + ROOM_PAUSE_NS;
        }
        knocks++;
        knockDueNs = nowNs + KNOCK_PAUSE_NS;
        return knockDueNs;
    }

    private long send(long nowNs) {
        int budget = BYTES_AT_ONCE;
        while (true) {
            if (slots == 0) {
                if (nowNs < ackDueNs) {
                    return ackDueNs;
                }
                return fail("no flow response", "408 No Flow Response", nowNs);
            }
            while (filled - taken < chunkBytes && !allWritten) {
                if (budget <= 0) {
                    return nowNs;
                }
                budget -= produce();
                if (!error.isEmpty()) {
                    return fail(error, "500 " + error, nowNs);
                }
            }
            boolean whole = filled - taken >= chunkBytes;
            if (!whole && filled == taken) {
                return ending(nowNs);
            }
            if (!sendChunk(whole)) {
                return nowNs + ROOM_PAUSE_NS;
            }
            ackDueNs = nowNs + ACK_TIMEOUT_NS;
        }
    }

    /** Sends what is there of a chunk; only a whole one is acknowledged. */
    private boolean sendChunk(boolean whole) {
        int length = Math.min(chunkBytes, filled - taken);
        String reply = whole ? ackSubject + '.' + length + '.' + (sent + 1) : "";
        if (!outlet.send(reply, NOTHING, Arrays.copyOfRange(packed, taken, taken + length))) {
            return false;
        }
        taken += length;
        if (whole) {
            slots--;
            sent++;
        }
        return true;
    }

    private long ending(long nowNs) {
        now = State.ENDING;
        // As in the reference, which says nothing where all has fit into one chunk.
        if (sent > 0) {
            lastHeaders = status(DONE);
        }
        return end(nowNs);
    }

    private long fail(String why, String status, long nowNs) {
        error = why;
        now = State.ENDING;
        lastHeaders = status(status);
        return end(nowNs);
    }

    private static byte[] status(String status) {
        return ("NATS/1.0 " + status + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    }

    private long end(long nowNs) {
        if (!outlet.send("", lastHeaders, NOTHING)) {
            return nowNs + ROOM_PAUSE_NS;
        }
        now = State.OVER;
        return Long.MAX_VALUE;
    }

    // --- what is sent

    /** Writes and compresses some more; how many bytes that was before. */
    private int produce() {
        while (archive.length() < PIECE_BYTES && !allWritten && error.isEmpty()) {
            if (original.isGone()) {
                error =
                        "couldn't load next message after seq "
                                + (lastSequence + 1)
                                + ": store is closed";
                return 0;
            }
            write();
        }
        if (archive.length() == 0) {
            return 0;
        }
        byte[] more = s2.compress(archive.bytes(), archive.length());
        int bytes = archive.length();
        archive.taken();
        add(more);
        return bytes;
    }

    private void write() {
        if (!stateWritten) {
            stateWritten = true;
            archive.state(state);
            return;
        }
        String consumer = consumers.poll();
        if (consumer != null) {
            write(consumer);
            return;
        }
        Messages messages = original.messages();
        long next = messages.index().next(lastSequence + 1);
        if (next == 0 || next > state.lastSequence()) {
            archive.end();
            allWritten = true;
        } else if (messages.view(next, view)) {
            archive.message(view);
            lastSequence = next;
        } else {
            error = "couldn't load next message after seq " + next + ": message is damaged";
        }
    }

    private void write(String name) {
        ArchivedConsumer found = original.consumers().find(name);
        if (found == null) {
            error = "couldn't load consumer '" + name + "' state: consumer not found";
            return;
        }
        archive.consumer(
                new ArchivedConsumer(
                        name, found.config(), found.state().upTo(state.lastSequence())));
    }

    private void add(byte[] more) {
        int left = filled - taken;
        byte[] to = packed;
        if (left + more.length > packed.length) {
            to = new byte[Math.max(chunkBytes + PIECE_BYTES, left + more.length)];
        }
        System.arraycopy(packed, taken, to, 0, left);
        System.arraycopy(more, 0, to, left, more.length);
        packed = to;
        taken = 0;
        filled = left + more.length;
    }

    private void charge() {
        long holds = isOver() ? 0 : archive.bytes().length + (long) packed.length;
        debtor.charge(Debt.BACKUPS, holds - charged);
        charged = holds;
    }

    /** Gives it up, wherever it is. */
    void close() {
        now = State.OVER;
        charge();
    }
}
