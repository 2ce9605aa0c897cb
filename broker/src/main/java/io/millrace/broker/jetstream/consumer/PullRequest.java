package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.NativeBlock;

/** A request for messages that waits until it has got them, or its time is over. Shard thread. */
final class PullRequest {
    /** It waits for ever. */
    static final long NEVER = Long.MAX_VALUE;

    /** What one takes on the heap beside its reply. */
    private static final int OWN_BYTES = 256;

    private final NativeBlock memory;
    private final int heldBytes;

    /** Where its messages go. */
    final Bytes reply = new Bytes();

    /** Messages that it still wants. */
    long wanted;

    /** Those that it has got. */
    long got;

    /** Bytes that it still takes; 0 for any number. */
    long bytes;

    /** It doesn't wait for messages that aren't there yet. */
    boolean noWait;

    /** When its time is over, since the epoch. */
    long expiresNs = NEVER;

    /** How often it wants to hear something; 0 for never. */
    long heartbeatNs;

    long nextHeartbeatNs = NEVER;
    long receivedNs;

    // Of its priority group; whether it has one, and what it said.
    boolean grouped;
    String group = "";
    String id = "";
    long minPending;
    long minAckPending;
    int priority;

    /** Who it is from, where that matters; see {@link Members}. */
    long member;

    /** Whether it waits no more. */
    boolean over;

    /** The number under which interest in its reply is watched; 0 for none. */
    int watch;

    PullRequest(Bytes to) {
        heldBytes = OWN_BYTES + to.length();
        memory = NativeBlock.allocate(Math.max(1, to.length()));
        to.region().copy(to.offset(), memory.region(), 0, to.length());
        reply.at(memory.region(), 0, to.length());
    }

    /** Begins to wait, at somebody's cost. */
    void charge(Debtor debtor) {
        debtor.charge(Debt.CONSUMERS, heldBytes);
    }

    /** Waits no more, and is nobody's from here on. */
    void close(Debtor debtor) {
        over = true;
        wanted = 0;
        expiresNs = NEVER;
        nextHeartbeatNs = NEVER;
        reply.none();
        debtor.credit(Debt.CONSUMERS, heldBytes);
        memory.close();
    }

    boolean isExpired(long nowNs) {
        return nowNs > expiresNs;
    }

    /** Whether it goes as soon as there is nothing more for it. */
    boolean isImpatient() {
        return noWait && (expiresNs == NEVER || got > 0);
    }

    /** When there is something to do for it; {@link #NEVER} for nothing. */
    long dueNs() {
        return Math.min(expiresNs, nextHeartbeatNs);
    }
}
