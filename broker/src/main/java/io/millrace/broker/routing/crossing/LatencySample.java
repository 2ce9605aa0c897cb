package io.millrace.broker.routing.crossing;

import io.millrace.protocol.RequestInfo;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How long a request into another account took, or what became of it. Times are in nanoseconds.
 *
 * @param account the one that answers, in which it is told
 * @param subject under which it is told
 * @param request the subject that the request was answered under; empty if it had none
 * @param status as in HTTP: 200, 400 without a reply subject, 408 if who asked is gone, 503 if
 *     nobody heard, 504 if nobody answered in time
 * @param error what else is said of a status; empty for 200
 * @param requestor null if nothing is known
 * @param responder null if it is at another server, which tells of it itself
 * @param headers those that have made it a sample
 * @param start when it was asked
 * @param serviceNs between the server and who answered, and there
 * @param systemNs within servers
 * @param totalNs from the one who asked, and back
 * @param half whether it was answered at another server, which alone knows the rest
 */
public record LatencySample(
        String account,
        String subject,
        String request,
        int status,
        String error,
        @Nullable RequestInfo requestor,
        @Nullable RequestInfo responder,
        Map<String, List<String>> headers,
        Instant start,
        long serviceNs,
        long systemNs,
        long totalNs,
        boolean half) {
    private static final int OBJECT_BYTES = 512;

    /** What may be long of what a client says of itself. */
    private static int bytes(@Nullable RequestInfo who) {
        return who == null
                ? 0
                : 2 * (who.name().length() + who.lang().length() + who.version().length());
    }

    /** About what it takes up on the heap, in bytes. */
    public int bytes() {
        return OBJECT_BYTES
                + 2 * (subject.length() + request.length())
                + bytes(requestor)
                + bytes(responder)
                + HeaderText.bytes(headers);
    }
}
