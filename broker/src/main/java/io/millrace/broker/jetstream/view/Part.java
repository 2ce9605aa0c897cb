package io.millrace.broker.jetstream.view;

/**
 * Whose streams are listed. Sums are of all there are, whatever is listed.
 *
 * @param account the only one, if it may use JetStream; if not, or if it is empty, those of the
 *     page are
 * @param offset accounts to leave out, from 0
 * @param limit accounts at most, from 0
 * @param stream the only one of each account; empty for all
 * @param consumer the only one of each stream, which is listed even where no others are; empty for
 *     none in particular
 */
public record Part(String account, long offset, long limit, String stream, String consumer) {
    /** All there are. */
    public static final Part ALL = new Part("", 0, Long.MAX_VALUE, "", "");

    /** Whether an account is one of the page. */
    public boolean hasPlace(long index) {
        return index >= offset && index - offset < limit;
    }

    /** Whether a stream of that name is listed. */
    public boolean hasStream(String name) {
        return stream.isEmpty() || stream.equals(name);
    }
}
