package io.millrace.broker.config.listen;

/** How many addresses that others tell are kept of a cluster: so many as they tell on in a line. */
public final class UrlBounds {
    /** Characters of one; a host's name has 253 at most. */
    public static final int LONGEST_URL = 300;

    /** Of all of a cluster. */
    public static final int MOST_BYTES = 32 * 1024;

    private UrlBounds() {}

    /** Whether one more can be kept where there are so many bytes. */
    public static boolean hasRoom(int bytes, String url) {
        return !url.isEmpty() && url.length() <= LONGEST_URL && bytes + url.length() <= MOST_BYTES;
    }
}
