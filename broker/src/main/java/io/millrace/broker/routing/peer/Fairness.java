package io.millrace.broker.routing.peer;

/**
 * How many frames of one peer are routed in a row, so that nobody waits long behind it: what it
 * publishes may go to one subscriber or to ten thousand. Written by the routing thread, read by the
 * peer's I/O loop.
 */
public final class Fairness {
    /** What a stretch should take to route at most. */
    private static final long TARGET_NS = 1_000_000;

    /** So few are neither measured nor parted. */
    static final int FEWEST = 4;

    /** As many as there are. */
    private static final int ALL = Integer.MAX_VALUE;

    /** With so many in a row, it isn't worth counting. */
    private static final int MANY = 2048;

    /** Of the first stretch, while nobody knows where its messages go. */
    private static final int FIRST = 16;

    private volatile int frames = FIRST;

    /** Whether it is worth measuring how long so many frames take. */
    public static boolean isMeasured(int count) {
        return count >= FEWEST;
    }

    /** A stretch was routed. Routing thread. */
    public void routed(int count, long tookNs) {
        long fair = Math.max(FEWEST, count * TARGET_NS / Math.max(1, tookNs));
        int allowed = fair >= MANY ? ALL : (int) fair;
        if (allowed != frames) {
            frames = allowed;
        }
    }

    /** Most frames of the next stretch. */
    public int frames() {
        return frames;
    }

    /** Whether the others are to have their turn behind each stretch. */
    public boolean takesTurns() {
        return frames != ALL;
    }
}
