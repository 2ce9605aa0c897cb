package io.millrace.broker.jetstream;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Iterator;

/**
 * Goes through the consumers of a stream by their names, with pauses in which they may come and go.
 * Shard thread.
 */
final class ConsumerWalk {
    private final StreamHandle stream;
    private Iterator<ConsumerHandle> left = Collections.emptyIterator();
    private String last = "";
    private int changes = -1;

    ConsumerWalk(StreamHandle stream) {
        this.stream = stream;
    }

    StreamHandle stream() {
        return stream;
    }

    /** The next one; null when there are no more, or the stream is gone. */
    @Nullable ConsumerHandle next() {
        if (stream.isGone()) {
            return null;
        }
        if (changes != stream.consumers().changes()) {
            changes = stream.consumers().changes();
            left = stream.consumers().after(last);
        }
        if (!left.hasNext()) {
            return null;
        }
        ConsumerHandle next = left.next();
        last = next.name();
        return next;
    }
}
