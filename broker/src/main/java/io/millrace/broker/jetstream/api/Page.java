package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.JsonWriter;

/**
 * Which part of a list an answer has.
 *
 * @param total entries of the list
 * @param offset the first of them that is told, from 0
 * @param limit how many an answer tells at most
 */
public record Page(int total, int offset, int limit) {
    /** Names in an answer. */
    public static final int MAX_NAMES = 1024;

    /** Streams in an answer, with all there is to say about them. */
    public static final int MAX_STREAMS = 256;

    /** Subjects in an answer about a stream. */
    public static final int MAX_SUBJECTS = 100_000;

    /** Consumers in an answer, with all there is to say about them. */
    public static final int MAX_CONSUMERS = 256;

    /** Of no list. */
    public static final Page NONE = new Page(0, 0, 0);

    /** The part from here on, or behind the end. */
    public static Page of(int total, int offset, int limit) {
        return new Page(total, Math.min(offset, total), limit);
    }

    /** Behind the last entry that is told. */
    public int end() {
        return Math.min(total, offset + limit);
    }

    void write(JsonWriter out) {
        out.field("total", total).field("offset", offset).field("limit", limit);
    }
}
