package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import java.nio.charset.StandardCharsets;

/**
 * Which client a request for messages is from, of those that share a consumer, as far as that can
 * be known of clients that don't know of it: by the group that the request names, or else by its
 * reply. An inbox is {@code prefix.unique}, and some clients number their requests behind that;
 * what is unique has 22 characters in all of them, and is another one for each subscription.
 */
final class Members {
    private static final int UNIQUE_BYTES = 22;

    /** So that it is neither of the small numbers that stand for nobody in particular. */
    private static final long SOMEBODY = 1L << 32;

    private Members() {}

    /**
     * Who asks.
     *
     * @param group what the request says of that; empty for nothing
     */
    static long of(Bytes reply, String group) {
        if (!group.isEmpty()) {
            return Region.hash(group.getBytes(StandardCharsets.UTF_8)) | SOMEBODY;
        }
        Region bytes = reply.region();
        int begin = reply.offset();
        int end = begin + reply.length();
        int unique = end;
        for (int at = begin; at < end; ) {
            int dot = bytes.indexOf(Subject.SEPARATOR, at, end);
            if (dot - at >= UNIQUE_BYTES) {
                unique = dot;
            }
            at = dot + 1;
        }
        return bytes.hash(begin, unique - begin) | SOMEBODY;
    }
}
