package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.JsonWriter;

/**
 * How far a consumer is.
 *
 * @param consumerSequence deliveries
 * @param streamSequence the message
 * @param lastNs when that was, since the epoch; 0 for never
 */
public record ConsumerPosition(long consumerSequence, long streamSequence, long lastNs) {
    void write(JsonWriter out) {
        out.field("consumer_seq", consumerSequence).field("stream_seq", streamSequence);
        if (lastNs != 0) {
            out.time("last_active", lastNs);
        }
    }
}
