package io.millrace.broker.jetstream.view;

/**
 * What a stream copies, and how that fares, as JSON.
 *
 * @param mirror an object; empty if it is no mirror
 * @param sources an array; empty if it has none
 */
public record CopiesView(String mirror, String sources) {
    /** It copies nothing. */
    public static final CopiesView NONE = new CopiesView("", "");
}
