package io.millrace.broker.gateway;

/**
 * Room for the addresses that others tell, of all clusters together: each of those is bounded, but
 * there may be many. Routing thread.
 */
final class UrlRoom {
    /** Of all of them. */
    static final int MOST_BYTES = 16 * 1024 * 1024;

    /** What one takes besides its characters, by and large. */
    private static final int BYTES_EACH = 256;

    private int bytes;

    /**
     * Takes the room of one more.
     *
     * @return how many bytes to give back for it one day; 0 if there is no room
     */
    int take(String url) {
        int needed = BYTES_EACH + url.length();
        if (bytes + needed > MOST_BYTES) {
            return 0;
        }
        bytes += needed;
        return needed;
    }

    /** Gives back what some have taken together. */
    void give(int taken) {
        bytes -= taken;
    }
}
