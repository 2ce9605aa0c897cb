package io.millrace.broker.routing.crossing;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.peer.Awaited;
import io.millrace.broker.routing.peer.Peer;

import org.jspecify.annotations.Nullable;

/**
 * A peer that asks other accounts: the answers that it awaits, the oldest first, and what requests
 * say of it. Bounded: of too many answers the oldest won't come any more. Routing thread.
 */
public final class Requester implements Awaited {
    static final int MAX_REPLIES = 64 * 1024;

    /** What they may take up on the heap. */
    static final int MAX_BYTES = 8 * 1024 * 1024;

    /** On the heap, but for the text of its lines. */
    private static final int OBJECT_BYTES = 1024;

    final Peer peer;

    /** What requests say of it. */
    final InfoLines lines;

    private final PendingReplies all;
    private @Nullable PendingReply first;
    private @Nullable PendingReply last;
    private int count;
    private int bytes;

    Requester(Peer peer, PendingReplies all) {
        this.peer = peer;
        this.all = all;
        lines = new InfoLines(peer.debtor);
        peer.debtor.charge(Debt.REQUESTS, OBJECT_BYTES);
    }

    /** The one that has to go so that there is room for another; null if there is. */
    @Nullable PendingReply excess() {
        return count >= MAX_REPLIES || bytes > MAX_BYTES ? first : null;
    }

    void add(PendingReply added) {
        added.peers = this;
        added.peersBefore = last;
        added.peersNext = null;
        if (last == null) {
            first = added;
        } else {
            last.peersNext = added;
        }
        last = added;
        count++;
        bytes += added.chargedBytes;
    }

    /** More is kept for one of them. */
    void grow(PendingReply grown, int more) {
        grown.chargedBytes += more;
        bytes += more;
    }

    void remove(PendingReply gone) {
        if (gone.peersBefore == null) {
            first = gone.peersNext;
        } else {
            gone.peersBefore.peersNext = gone.peersNext;
        }
        if (gone.peersNext == null) {
            last = gone.peersBefore;
        } else {
            gone.peersNext.peersBefore = gone.peersBefore;
        }
        gone.peersBefore = null;
        gone.peersNext = null;
        gone.peers = null;
        count--;
        bytes -= gone.chargedBytes;
    }

    @Override
    public void release() {
        for (PendingReply each = first; each != null; each = first) {
            all.close(each, Loss.REQUESTER_GONE);
        }
        lines.release();
        peer.debtor.credit(Debt.REQUESTS, OBJECT_BYTES);
    }
}
