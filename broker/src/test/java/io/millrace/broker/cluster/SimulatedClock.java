package io.millrace.broker.cluster;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes only from event to event. */
final class SimulatedClock {
    private record Event(long atUs, long number, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::atUs).thenComparingLong(Event::number));
    private long nowUs;
    private long number;

    long nowUs() {
        return nowUs;
    }

    /** Has something happen; what is due at the same time happens in the order of these calls. */
    void at(long atUs, Runnable action) {
        events.add(new Event(Math.max(nowUs, atUs), number++, action));
    }

    void after(long delayUs, Runnable action) {
        at(nowUs + delayUs, action);
    }

    /** Lets all happen that is due until then. */
    void runUntil(long endUs) {
        while (!events.isEmpty() && events.peek().atUs <= endUs) {
            next();
        }
        nowUs = endUs;
    }

    /** Lets all happen that there is; false if something is still due after so long. */
    boolean runDry(long longestUs) {
        long endUs = nowUs + longestUs;
        while (!events.isEmpty() && events.peek().atUs <= endUs) {
            next();
        }
        return events.isEmpty();
    }

    private void next() {
        Event event = events.remove();
        nowUs = event.atUs;
        event.action.run();
    }
}
