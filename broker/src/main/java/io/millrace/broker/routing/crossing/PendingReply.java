package io.millrace.broker.routing.crossing;

import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ReplyGate;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * A request that has crossed into another account and waits for its answer. Used again when it has
 * it; routing thread.
 */
public final class PendingReply {
    /** On the heap, with its place in the table. */
    static final int OBJECT_BYTES = 128;

    private static final int USUAL_REPLY = 64;

    /** More isn't kept for the next request: nobody owes it while it waits for that. */
    private static final int MOST_SPARE_REPLY = 256;

    /** Its place in the table, for ever. */
    final int place;

    long secret;

    /** Where it is answered; null while it is nobody's. */
    @Nullable ReplyGate gate;

    /** Whose client has asked. */
    @Nullable Account to;

    ResponseType responses = ResponseType.SINGLETON;

    private byte[] reply = new byte[USUAL_REPLY];
    private int replyLength;

    /** When it was asked, or answered last, {@link System#nanoTime}. */
    long sinceNs;

    int chargedBytes;

    /** What will be told of it; null if nothing. */
    @Nullable Sampled sampled;

    // Its neighbours among those of the same peer and those of the same age limit.
    @Nullable Requester peers;
    @Nullable PendingReply peersBefore;
    @Nullable PendingReply peersNext;
    @Nullable AgeList ages;
    @Nullable PendingReply older;
    @Nullable PendingReply younger;

    PendingReply(int place) {
        this.place = place;
    }

    /** Remembers where the answer goes. */
    void reply(Region bytes, int offset, int length) {
        if (reply.length < length || length < USUAL_REPLY && reply.length > USUAL_REPLY) {
            reply = new byte[Math.max(USUAL_REPLY, length)];
        }
        bytes.get(offset, reply, 0, length);
        replyLength = length;
    }

    /** What tells it from all that were, or will be, in its place. */
    public long secret() {
        return secret;
    }

    /** It is nobody's from here on. */
    void clear() {
        secret = 0;
        gate = null;
        to = null;
        if (reply.length > MOST_SPARE_REPLY) {
            reply = new byte[USUAL_REPLY];
        }
    }

    /** Whose client has asked. */
    public Account to() {
        if (to == null) {
            throw new IllegalStateException("nobody waits for it");
        }
        return to;
    }

    /** Bytes of the subject that the answer goes to. */
    public int replyLength() {
        return replyLength;
    }

    /** Writes the subject that the answer goes to. */
    public void writeReply(Region out, int offset) {
        out.put(offset, reply, 0, replyLength);
    }

    /** Whether it is told how long it takes. */
    public boolean isSampled() {
        return sampled != null;
    }

    /** Whether one message is all there will be. */
    public boolean isSingleton() {
        return responses == ResponseType.SINGLETON;
    }

    /** How the answer comes. */
    public ResponseType responses() {
        return responses;
    }

    /** How long it may take, or the next part of it, in nanoseconds. */
    public long thresholdNs() {
        return ages == null ? 0 : ages.limitNs;
    }

    /** What it takes up on the heap. */
    int bytes() {
        return OBJECT_BYTES + reply.length;
    }
}
