package io.millrace.broker.routing.account;

/**
 * The memory in which the permissions of all users may remember verdicts, so that it is bounded
 * however many users and subjects there are. Made by any thread, then the routing thread's.
 */
public final class VerdictRoom {
    /** Verdicts of all users of a configuration, 8 bytes each: 8 MiB. */
    private static final int PLACES = 1024 * 1024;

    private int left;

    private VerdictRoom(int places) {
        left = places;
    }

    /** The room of all users of one configuration. */
    public static VerdictRoom ofConfiguration() {
        return new VerdictRoom(PLACES);
    }

    /** Room for nothing beyond what is there anyway. */
    static VerdictRoom none() {
        return new VerdictRoom(0);
    }

    /** Takes places, which are never given back; false if there aren't so many left. */
    boolean take(int places) {
        if (places > left) {
            return false;
        }
        left -= places;
        return true;
    }
}
