package io.millrace.broker.routing.trace;

import java.util.List;
import java.util.SortedMap;

/**
 * All that has happened to a message on this server. Immutable.
 *
 * @param account where that is to be published
 * @param destination the subject it is to be published to; its bytes are taken for characters
 * @param encoding how it is to be encoded, as the message's {@code Accept-Encoding} header has it;
 *     empty for not at all
 * @param headers of the message, by name
 * @param size bytes of the message, headers included
 * @param hops how many other servers it went to
 * @param first how it came in
 * @param steps what happened then, in this order
 * @param leftOut how much happened besides that there was no room for
 * @param bytes what all this takes up, about
 */
public record TracedMessage(
        String account,
        String destination,
        String encoding,
        SortedMap<String, List<String>> headers,
        int size,
        int hops,
        TraceStep.In first,
        List<TraceStep> steps,
        int leftOut,
        int bytes) {
    /** More isn't kept of what happened to a message. */
    public static final int MAX_BYTES = 1024 * 1024;
}
