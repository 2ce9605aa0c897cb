package io.millrace.broker.jetstream.publish;

import java.nio.charset.StandardCharsets;

/** The headers of a message that mean something to a stream. */
public enum Header {
    /** An id; the stream takes a message with one it has seen lately for a duplicate. */
    MSG_ID("Nats-Msg-Id"),
    /** The name of the stream that the publisher means. */
    EXPECTED_STREAM("Nats-Expected-Stream"),
    /** The last sequence of the stream. */
    EXPECTED_LAST_SEQUENCE("Nats-Expected-Last-Sequence"),
    /** The last sequence of the message's subject, or of another one. */
    EXPECTED_LAST_SUBJECT_SEQUENCE("Nats-Expected-Last-Subject-Sequence"),
    /** That other one. */
    EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT("Nats-Expected-Last-Subject-Sequence-Subject"),
    /** The id of the stream's last message. */
    EXPECTED_LAST_MSG_ID("Nats-Expected-Last-Msg-Id"),
    /** Whether the message replaces all others of its subject or of the stream. */
    ROLLUP("Nats-Rollup"),
    /** How long the message lives. */
    TTL("Nats-TTL"),
    /** By how much a counter grows. */
    INCREMENT("Nats-Incr"),
    /** The batch that the message belongs to. */
    BATCH_ID("Nats-Batch-Id"),
    /** Its place in there, from 1. */
    BATCH_SEQUENCE("Nats-Batch-Sequence"),
    /** That it is the last of it. */
    BATCH_COMMIT("Nats-Batch-Commit"),
    /** When the message is to be published. */
    SCHEDULE("Nats-Schedule"),
    /** The time zone of that. */
    SCHEDULE_TIME_ZONE("Nats-Schedule-Time-Zone"),
    /** How long what is published lives. */
    SCHEDULE_TTL("Nats-Schedule-TTL"),
    /** What it replaces. */
    SCHEDULE_ROLLUP("Nats-Schedule-Rollup"),
    /** The subject it is published on. */
    SCHEDULE_TARGET("Nats-Schedule-Target"),
    /** The subject whose last message is published instead. */
    SCHEDULE_SOURCE("Nats-Schedule-Source"),
    /** The subject of the schedule that has published a message. */
    SCHEDULER("Nats-Scheduler"),
    /** When that schedule publishes next. */
    SCHEDULE_NEXT("Nats-Schedule-Next"),
    /** The API level that a server must have to take the message. */
    REQUIRED_API_LEVEL("Nats-Required-Api-Level"),
    /** Why a stream left a marker in place of what it removed. */
    MARKER_REASON("Nats-Marker-Reason"),
    /** What a counter has taken over from others. */
    COUNTER_SOURCES("Nats-Counter-Sources"),
    /** Where a message was sourced from. */
    STREAM_SOURCE("Nats-Stream-Source"),
    /** Who asked, from another account; a stream doesn't keep it. */
    REQUEST_INFO("Nats-Request-Info"),
    /** What a message does to a key. */
    KV_OPERATION("KV-Operation");

    private final String text;
    private final byte[] bytes;

    Header(String text) {
        this.text = text;
        bytes = text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Its name in a message. */
    public String text() {
        return text;
    }

    /** Bytes of the name. */
    int nameBytes() {
        return bytes.length;
    }

    /** The name, not to be written to. */
    byte[] bytes() {
        return bytes;
    }
}
