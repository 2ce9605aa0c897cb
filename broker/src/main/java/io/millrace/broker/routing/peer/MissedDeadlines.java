package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;

import java.util.Locale;

/** What becomes of peers that miss their write deadline. Routing thread. */
public final class MissedDeadlines {
    private static final double NS_PER_S = 1e9;

    private final ServerLog log;
    private final Outbox outbox;
    private final Counters counters;
    private final SlowConsumers slow;

    public MissedDeadlines(ServerLog log, Outbox outbox, Counters counters, SlowConsumers slow) {
        this.log = log;
        this.outbox = outbox;
        this.counters = counters;
        this.slow = slow;
    }

    /**
     * The kernel has not taken all in time.
     *
     * @param deadline that time, for the log
     * @param goesOn whether the peer gets as much time again
     */
    public void missed(Peer peer, String deadline, int chunkCount, boolean goesOn) {
        counters.slowConsumer(peer);
        slow.note(peer, "");
        log.info(
                peer.label
                        + " - Slow Consumer "
                        + (peer.late ? "State" : "Detected")
                        + ": WriteDeadline of "
                        + deadline
                        + " exceeded with "
                        + chunkCount
                        + " chunks of "
                        + peer.outbound.pendingBytes()
                        + " total bytes.");
        if (goesOn) {
            peer.late = true;
        } else {
            outbox.abandon(peer, CloseReason.SLOW_CONSUMER_WRITE_DEADLINE);
        }
    }

    /** The kernel has taken all in time, of a peer that had missed its deadline. */
    public void kept(Peer peer, long tookNs, int chunkCount, long bytes) {
        peer.late = false;
        log.info(
                String.format(
                        Locale.ROOT,
                        "%s - Slow Consumer Recovered: Flush took %.3fs with %d chunks of %d total"
                                + " bytes.",
                        peer.label,
                        tookNs / NS_PER_S,
                        chunkCount,
                        bytes));
    }
}
