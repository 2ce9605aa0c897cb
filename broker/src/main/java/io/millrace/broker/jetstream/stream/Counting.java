package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.publish.Counter;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.store.RecordView;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;

/**
 * Has a message that adds to a counter say where the counter stands with it: the last message on a
 * subject has the sum of all (ADR-49). Shard thread.
 */
final class Counting {
    private static final byte[] NONE = {};

    private final Messages messages;
    private final HeaderEdits edits;
    private final RecordView view = new RecordView();
    private final PublishHeaders its = new PublishHeaders();
    private Counter counter = Counter.ZERO;

    Counting(Messages messages, HeaderEdits edits) {
        this.messages = messages;
        this.edits = edits;
    }

    /** The counter, behind {@link #count}. */
    Counter counter() {
        return counter;
    }

    /**
     * Changes a message to say where its counter stands with it.
     *
     * @param before the counter, where messages that aren't kept yet have changed it; else null
     * @return what is wrong; null if nothing is
     */
    @Nullable ApiError count(Incoming message, PublishHeaders headers, @Nullable Counter before) {
        BigInteger increment = Counter.increment(headers);
        if (increment == null) {
            return ApiErrors.MESSAGE_INCR_INVALID.error();
        }
        Counter last = before == null ? last(message.subject) : before;
        if (last == null) {
            return ApiErrors.MESSAGE_COUNTER_BROKEN.error();
        }
        counter = last.plus(increment);
        return say(message);
    }

    /**
     * Changes a message of another stream's counter to say where the counter here stands with it:
     * by how much the other one has grown since its last message came, this one does.
     *
     * @return what is wrong; null if nothing is
     */
    @Nullable ApiError takeOver(Incoming message, PublishHeaders headers) {
        Counter last = last(message.subject);
        BigInteger value = Counter.value(message.payload.copy());
        if (last == null || value == null) {
            return ApiErrors.MESSAGE_COUNTER_BROKEN.error();
        }
        Counter.Change change =
                last.takeOver(headers.text(Header.STREAM_SOURCE), message.subject.utf8(), value);
        counter = change.counter();
        edits.replace(message, Header.INCREMENT, change.increment().toString());
        return say(message);
    }

    private @Nullable ApiError say(Incoming message) {
        if (!counter.isReadable()) {
            return ApiErrors.MESSAGE_INCR_INVALID.error();
        }
        message.keep(message.payload, counter.payload());
        if (!counter.sources().isEmpty()) {
            edits.set(message, Header.COUNTER_SOURCES, counter.sourcesText());
        }
        return null;
    }

    /** What the last message on a subject says; null if that isn't where a counter stands. */
    private @Nullable Counter last(Bytes subject) {
        long last = messages.last(subject);
        if (last == 0) {
            return Counter.ZERO;
        }
        if (!messages.view(last, view)) {
            return null;
        }
        its.read(view.region(), view.headerOffset(), view.headerLength());
        byte[] sources =
                its.hasValue(Header.COUNTER_SOURCES)
                        ? view.region()
                                .bytes(
                                        its.offset(Header.COUNTER_SOURCES),
                                        its.length(Header.COUNTER_SOURCES))
                        : NONE;
        byte[] payload = view.region().bytes(view.payloadOffset(), view.payloadLength());
        return Counter.read(payload, sources);
    }
}
