package io.millrace.broker.routing;

/**
 * What all interest takes up on the heap, as {@link Interest#bytes} reckons it, so that it is
 * bounded whatever clients and other servers ask for. Routing thread.
 */
final class InterestMemory {
    private long max;
    private long held;

    InterestMemory(RouterLimits limits) {
        use(limits);
    }

    void use(RouterLimits limits) {
        max = limits.maxSubscriptionBytes();
    }

    /** Makes room; false if there is none. */
    boolean take(Interest interest) {
        long more = held + interest.bytes();
        if (more > max) {
            return false;
        }
        held = more;
        return true;
    }

    void giveBack(Interest interest) {
        held -= interest.bytes();
    }
}
