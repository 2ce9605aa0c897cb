package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;

import java.util.Locale;

/** What becomes of links that miss their write deadline. Routing thread. */
final class MissedDeadlines {
    private static final double NS_PER_S = 1e9;

    private final ServerLog log;
    private final Outbox outbox;
    private final Counters counters;
    private final SlowConsumers slow;

    MissedDeadlines(ServerLog log, Outbox outbox, Counters counters, SlowConsumers slow) {
        this.log = log;
        this.outbox = outbox;
        this.counters = counters;
        this.slow = slow;
    }

    /**
     * The kernel has not taken all in time.
     *
     * @param deadline that time, for the log
     * @param goesOn whether the link gets as much time again
     */
    void missed(Link link, String deadline, int chunkCount, boolean goesOn) {
        counters.slowConsumer(link);
        slow.note(link, "");
        log.info(
                link.label
                        + " - Slow Consumer "
                        + (link.late ? "State" : "Detected")
                        + ": WriteDeadline of "
                        + deadline
                        + " exceeded with "
                        + chunkCount
                        + " chunks of "
                        + link.outbound.pendingBytes()
                        + " total bytes.");
        if (goesOn) {
            link.late = true;
        } else {
            outbox.abandon(link, CloseReason.SLOW_CONSUMER_WRITE_DEADLINE);
        }
    }

    /** The kernel has taken all in time, of a link that had missed its deadline. */
    void kept(Link link, long tookNs, int chunkCount, long bytes) {
        link.late = false;
        log.info(
                String.format(
                        Locale.ROOT,
                        "%s - Slow Consumer Recovered: Flush took %.3fs with %d chunks of %d total"
                                + " bytes.",
                        link.label,
                        tookNs / NS_PER_S,
                        chunkCount,
                        bytes));
    }
}
