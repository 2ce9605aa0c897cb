package io.millrace.broker.monitor;

import io.millrace.broker.routing.SubscriptionWalk;
import io.millrace.broker.routing.view.SubscriptionSnapshot;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What Prometheus reads of subscriptions: how much those got that got most, of a few connections
 * that did. Of these it looks at so many only, as a connection may have any number.
 */
final class SubscriptionMetrics {
    /** Subscriptions that have series. */
    static final int MOST = 50;

    /** Subscriptions that are looked at. */
    static final int LOOKED_AT = 4_096;

    private static final Comparator<SubscriptionSnapshot> BY_DELIVERED =
            Comparator.comparingLong(SubscriptionSnapshot::delivered);

    private SubscriptionMetrics() {}

    /**
     * Writes it.
     *
     * @param cids of the connections
     */
    static void write(MetricsText text, Snapshots snapshots, long[] cids)
            throws InterruptedException {
        text.counter("millrace_subscription_msgs", "Messages that a subscription got.");
        busiest(snapshots, cids)
                .forEach(
                        each ->
                                text.value(
                                        Labels.of("account", each.account())
                                                .and("cid", String.valueOf(each.cid()))
                                                .and("sid", each.sid())
                                                .and("subject", each.subject())
                                                .and("queue", each.queue()),
                                        each.delivered()));
    }

    private static List<SubscriptionSnapshot> busiest(Snapshots snapshots, long[] cids)
            throws InterruptedException {
        PriorityQueue<SubscriptionSnapshot> busiest = new PriorityQueue<>(BY_DELIVERED);
        SubscriptionWalk walk = SubscriptionWalk.of(cids);
        for (int seen = 0; seen < LOOKED_AT && !walk.isDone(); seen += Snapshots.STEPS) {
            for (SubscriptionSnapshot each : snapshots.next(walk)) {
                busiest.add(each);
                if (busiest.size() > MOST) {
                    busiest.remove();
                }
            }
        }
        return busiest.stream().sorted(BY_DELIVERED.reversed()).toList();
    }
}
