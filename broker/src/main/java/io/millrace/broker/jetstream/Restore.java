package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.archive.ArchivedConsumer;
import io.millrace.broker.jetstream.archive.ArchivedMessage;
import io.millrace.broker.jetstream.archive.BackupSink;
import io.millrace.broker.jetstream.archive.BadBackupException;
import io.millrace.broker.jetstream.archive.Unpacking;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A stream that is being restored: takes a backup chunk by chunk, has its messages kept a little at
 * a time, and answers each chunk when it was read. Nobody knows the stream until all is there; if
 * anything is wrong, it never was. A machine that is polled. Shard thread.
 */
final class Restore implements BackupSink {
    /** Unpacked at once, so that nobody waits long. */
    static final int BYTES_AT_ONCE = 256 * 1024;

    static final long STALLED_NS = 5_000_000_000L;

    /** Chunks that may wait; who sends one behind the other and waits for answers has one. */
    static final int MAX_WAITING_BYTES = 8 * 1024 * 1024;

    private static final int STEP_BYTES = 16 * 1024;

    /** Where there is no room to answer, or to keep more, there may be soon. */
    private static final long ROOM_PAUSE_NS = 10_000_000;

    /** Messages that are kept at once, however small they are. */
    private static final int MESSAGES_AT_ONCE = 4096;

    /** So that there are always some left. */
    private static final long LAST_SEQUENCE = Long.MAX_VALUE / 4;

    /** In about a hundred years: whatever is added to it still fits into a long. */
    private static final long LATEST_NS = Long.MAX_VALUE / 2;

    /** Where the stream is kept. */
    interface Destination {
        /**
         * Makes the stream; once.
         *
         * @param createdNs when it is to have been made, since the epoch; or {@link
         *     BackupSink#UNKNOWN}
         */
        Stream make(long createdNs) throws BadBackupException;

        ConsumersOf consumers();

        /** Whether nothing more is to be kept now. */
        boolean isFull();

        long nowNs();

        /** All is there: the stream is its account's from now on. */
        void complete() throws BadBackupException;

        /** The stream, if it was made, is given up with all it has. */
        void abandon();
    }

    /** Who sends the backup. */
    interface Sender {
        /** A chunk was read; false if there is no room to say so now. */
        boolean taken(byte[] reply);

        /** It was the last one, and all is there. */
        void restored(byte[] reply);

        /** It can't be. */
        void refused(byte[] reply, ApiError error);
    }

    private record Chunk(byte[] reply, byte[] bytes) {}

    private final Destination destination;
    private final Sender sender;
    private final Debtor debtor;
    private final Unpacking unpacking;
    private final Incoming incoming = new Incoming();
    private final Deque<Chunk> waiting = new ArrayDeque<>();

    /** The one that is being read; null for none. */
    private @Nullable Chunk current;

    private boolean read;
    private @Nullable Stream stream;
    private long waitingBytes;

    /** Messages that may be kept before others have their turn. */
    private int messagesLeft;

    private long bytes;
    private long activeNs;
    private boolean over;
    private String error = "";
    private long charged;

    /**
     * Waits for the first chunk.
     *
     * @param config the stream's
     * @param maxPayloadBytes of a message, with headers, on this server
     * @param debtor owes the memory
     */
    Restore(
            StreamConfig config,
            long maxPayloadBytes,
            Destination destination,
            Sender sender,
            Debtor debtor) {
        this.destination = destination;
        this.sender = sender;
        this.debtor = debtor;
        unpacking = new Unpacking(this, config.name(), maxPayloadBytes, config.maxMsgSize());
        activeNs = destination.nowNs();
    }

    boolean isOver() {
        return over;
    }

    /** Why the stream isn't there; empty if it is. */
    String error() {
        return error;
    }

    /** Of the backup that has come. */
    long bytes() {
        return bytes;
    }

    /**
     * A chunk has come.
     *
     * @param reply where to answer it; empty for nowhere, which ends it
     * @param chunk empty: that was all
     */
    void onChunk(byte[] reply, byte[] chunk) {
        if (over) {
            return;
        }
        activeNs = destination.nowNs();
        if (reply.length == 0) {
            fail(reply, ApiErrors.STREAM_RESTORE.error("each chunk requires a reply subject"));
        } else if (waitingBytes + chunk.length > MAX_WAITING_BYTES) {
            fail(reply, ApiErrors.STREAM_RESTORE.error("too many chunks wait to be answered"));
        } else {
            waiting.add(new Chunk(reply, chunk));
            waitingBytes += chunk.length;
            charge();
        }
    }

    /** There was no room for a chunk. */
    void onMissed(byte[] reply) {
        if (!over) {
            fail(reply, ApiErrors.STREAM_TOO_MANY_REQUESTS.error());
        }
    }

    /**
     * Goes on.
     *
     * @return when to poll it again at the latest, since the epoch
     */
    long poll(long nowNs) {
        if (over) {
            return Long.MAX_VALUE;
        }
        long dueNs = read(nowNs);
        charge();
        return over ? Long.MAX_VALUE : dueNs;
    }

    private long read(long nowNs) {
        int budget = BYTES_AT_ONCE;
        messagesLeft = MESSAGES_AT_ONCE;
        while (!over) {
            if (destination.isFull()) {
                return nowNs + ROOM_PAUSE_NS;
            }
            Chunk its = current == null ? next() : current;
            if (its == null) {
                return awaitChunk(nowNs);
            }
            if (budget <= 0 || messagesLeft <= 0) {
                return nowNs;
            }
            if (its.bytes.length == 0) {
                finish(its);
            } else if (!read) {
                budget -= STEP_BYTES;
                step(its);
            } else if (sender.taken(its.reply)) {
                current = null;
                activeNs = nowNs;
            } else {
                return nowNs + ROOM_PAUSE_NS;
            }
        }
        return Long.MAX_VALUE;
    }

    private @Nullable Chunk next() {
        Chunk next = waiting.poll();
        if (next != null) {
            current = next;
            read = false;
            waitingBytes -= next.bytes.length;
            bytes += next.bytes.length;
            unpacking.add(next.bytes);
        }
        return next;
    }

    private long awaitChunk(long nowNs) {
        long dueNs = activeNs + STALLED_NS;
        if (nowNs >= dueNs) {
            giveUp("is stalled");
        }
        return dueNs;
    }

    private void step(Chunk its) {
        try {
            read = !unpacking.step(STEP_BYTES);
        } catch (BadBackupException e) {
            fail(its.reply, e.error());
        }
    }

    private void finish(Chunk its) {
        try {
            unpacking.end();
            destination.complete();
            over = true;
            close();
            sender.restored(its.reply);
        } catch (BadBackupException e) {
            fail(its.reply, e.error());
        }
    }

    private void fail(byte[] reply, ApiError why) {
        giveUp(why.description());
        if (reply.length > 0) {
            sender.refused(reply, why);
        }
    }

    /** Ends it, whatever has come. */
    void giveUp(String why) {
        over = true;
        error = why;
        destination.abandon();
        close();
    }

    private void close() {
        waiting.clear();
        incoming.close();
        charge();
    }

    private void charge() {
        long holds = over ? 0 : waitingBytes + unpacking.heldBytes();
        debtor.charge(Debt.BACKUPS, holds - charged);
        if (holds > charged && !debtor.ledger().hasRoomForJetStream(0)) {
            charged = holds;
            fail(current == null ? new byte[0] : current.reply, outOfMemory());
        } else {
            charged = holds;
        }
    }

    private static ApiError outOfMemory() {
        return ApiErrors.INSUFFICIENT_RESOURCES.error();
    }

    // --- what the backup holds

    @Override
    public void begin(long createdNs, long firstSequence, long size) throws BadBackupException {
        checkSequence(firstSequence);
        Stream made = destination.make(createdNs);
        stream = made;
        if (made.hasNoRoomFor(size)) {
            throw new BadBackupException(made.outOfRoom());
        }
        check(made.restoreBeginning(firstSequence));
    }

    private static void checkSequence(long sequence) throws BadBackupException {
        if (sequence > LAST_SEQUENCE) {
            throw new BadBackupException("sequence " + sequence + " is too high");
        }
    }

    private static void check(boolean done) throws BadBackupException {
        if (!done) {
            throw new BadBackupException(outOfMemory());
        }
    }

    private Stream stream() {
        Stream its = stream;
        if (its == null) {
            throw new IllegalStateException("a backup begins before anything else");
        }
        return its;
    }

    @Override
    public void message(ArchivedMessage message) throws BadBackupException {
        messagesLeft--;
        checkSequence(message.sequence());
        if (message.timeNs() < 0 || message.timeNs() > LATEST_NS) {
            throw refused(message, "has an impossible time");
        }
        incoming.clear();
        int headers = message.subjectLength();
        int payload = headers + message.headerLength();
        byte[] from = message.bytes();
        incoming.keep(incoming.subject, from, 0, message.subjectLength());
        if (!Subject.isValidLiteral(
                incoming.subject.region(), incoming.subject.offset(), message.subjectLength())) {
            throw refused(message, "has an invalid subject");
        }
        if (message.headerLength() > 0) {
            incoming.keep(incoming.headers, from, headers, message.headerLength());
        }
        incoming.keep(incoming.payload, from, payload, message.payloadLength());
        Stream its = stream();
        if (message.sequence() <= its.messages().lastSequence()) {
            throw refused(message, "out of order");
        }
        ApiError wrong =
                its.restore(incoming, message.sequence(), message.timeNs(), destination.nowNs());
        if (wrong != null) {
            throw new BadBackupException(wrong);
        }
    }

    private static BadBackupException refused(ArchivedMessage message, String why) {
        return new BadBackupException("message sequence " + message.sequence() + " " + why);
    }

    @Override
    public void skip(long sequence) throws BadBackupException {
        checkSequence(sequence);
        if (sequence > stream().messages().lastSequence()) {
            check(stream().restoreGap(sequence));
        }
    }

    @Override
    public void remove(long sequence) throws BadBackupException {
        if (stream().messages().index().has(sequence)) {
            check(stream().remove(sequence, false));
        }
    }

    @Override
    public void consumer(ArchivedConsumer consumer) throws BadBackupException {
        ApiError wrong = destination.consumers().restore(consumer);
        if (wrong != null) {
            throw new BadBackupException(wrong);
        }
    }
}
