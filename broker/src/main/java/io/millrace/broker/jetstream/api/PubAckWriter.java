package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.JsonWriter;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes what a publisher gets to know of its message, straight to where it is sent from, without
 * an object per message. Each method returns how many bytes it wrote; where there is less room than
 * {@link #maxBytes} tells, it fails.
 *
 * <p>One per stream, the shard thread's.
 */
public final class PubAckWriter {
    static final int MAX_DIGITS = 20;

    /** Of the longest escape. */
    private static final int ESCAPED = 6;

    // The blank is the reference's.
    private static final byte[] DUPLICATE = ascii(",\"duplicate\": true");
    private static final byte[] BATCH = ascii(",\"batch\":\"");
    private static final byte[] COUNT = ascii("\",\"count\":");
    private static final byte[] VALUE = ascii(",\"val\":\"");

    private final RegionText text = new RegionText();
    private final byte[] start;

    /** What stands behind an error. */
    private final byte[] errorEnd;

    /**
     * For one stream.
     *
     * @param domain empty for none
     */
    public PubAckWriter(String stream, String domain) {
        byte[] object = new JsonWriter().field("stream", stream).some("domain", domain).finish();
        byte[] sequence = ascii(",\"seq\":");
        start = Arrays.copyOf(object, object.length - 1 + sequence.length);
        System.arraycopy(sequence, 0, start, object.length - 1, sequence.length);
        errorEnd = new JsonWriter().field("stream", stream).field("seq", 0).finish();
        errorEnd[0] = ',';
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The most that one of these takes, but for an error.
     *
     * @param extraBytes length of the batch's id or the counter's value
     */
    public int maxBytes(int extraBytes) {
        return start.length
                + 2 * MAX_DIGITS
                + DUPLICATE.length
                + BATCH.length
                + COUNT.length
                + 1
                + ESCAPED * extraBytes;
    }

    /** The message is kept. */
    public int ack(Region out, int offset, long sequence) {
        begin(out, offset, sequence);
        return end();
    }

    /** A message of the same id is kept. */
    public int duplicate(Region out, int offset, long sequence) {
        begin(out, offset, sequence);
        text.put(DUPLICATE);
        return end();
    }

    /** A batch is kept; the sequence is its last message's. */
    public int batch(
            Region out,
            int offset,
            long sequence,
            Region id,
            int idOffset,
            int idLength,
            long count) {
        begin(out, offset, sequence);
        putBatch(id, idOffset, idLength, count);
        return end();
    }

    /** The first message of a batch is kept already. */
    public int duplicateInBatch(
            Region out,
            int offset,
            long sequence,
            Region id,
            int idOffset,
            int idLength,
            long count) {
        begin(out, offset, sequence);
        text.put(DUPLICATE);
        putBatch(id, idOffset, idLength, count);
        return end();
    }

    /** A counter has this value now. */
    public int counter(
            Region out, int offset, long sequence, Region value, int valueOffset, int valueLength) {
        begin(out, offset, sequence);
        text.put(VALUE);
        text.putEscaped(value, valueOffset, valueLength);
        text.put('"');
        return end();
    }

    /** The most that an error takes. */
    public int maxBytes(PubAckError error) {
        return error.maxBytes() + errorEnd.length;
    }

    /** The message isn't kept. */
    public int error(Region out, int offset, PubAckError error) {
        text.begin(out, offset);
        text.put(error.beforeValue);
        text.put(error.afterValue);
        text.put(errorEnd);
        return text.end();
    }

    /**
     * The message isn't kept.
     *
     * @param value what the error has room for, from 0
     */
    public int error(Region out, int offset, PubAckError error, long value) {
        text.begin(out, offset);
        text.put(error.beforeValue);
        text.put(value);
        text.put(error.afterValue);
        text.put(errorEnd);
        return text.end();
    }

    private void begin(Region out, int offset, long sequence) {
        text.begin(out, offset);
        text.put(start);
        text.put(sequence);
    }

    private int end() {
        text.put('}');
        return text.end();
    }

    private void putBatch(Region id, int idOffset, int idLength, long count) {
        text.put(BATCH);
        text.putEscaped(id, idOffset, idLength);
        text.put(COUNT);
        text.put(count);
    }
}
