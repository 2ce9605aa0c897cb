package io.millrace.broker.jetstream.api;

import io.millrace.protocol.Region;

/**
 * Writes what a publisher of a fast batch gets to know meanwhile, straight to where it is sent
 * from. Each method returns how many bytes it wrote.
 *
 * <p>The shard thread's.
 */
public final class BatchFlowWriter {
    /** The most that one of these takes, but for an error. */
    public static final int MAX_BYTES = 80;

    private static final byte[] ACK = PubAckWriter.ascii("{\"type\":\"ack\",\"seq\":");
    private static final byte[] MESSAGES = PubAckWriter.ascii(",\"msgs\":");
    private static final byte[] GAP = PubAckWriter.ascii("{\"type\":\"gap\",\"last_seq\":");
    private static final byte[] SEQUENCE = PubAckWriter.ascii(",\"seq\":");
    private static final byte[] ERROR = PubAckWriter.ascii("{\"type\":\"err\",\"seq\":");

    private final RegionText text = new RegionText();

    /**
     * Messages up to this one came.
     *
     * @param batchSequence of the batch's message
     * @param messages after how many the next such is to be expected
     */
    public int ack(Region out, int offset, long batchSequence, int messages) {
        return twoNumbers(out, offset, ACK, batchSequence, MESSAGES, messages);
    }

    /**
     * Messages are missing, or came again.
     *
     * @param expected the sequence that should have come
     * @param came the one that did
     */
    public int gap(Region out, int offset, long expected, long came) {
        return twoNumbers(out, offset, GAP, expected, SEQUENCE, came);
    }

    private int twoNumbers(
            Region out, int offset, byte[] start, long first, byte[] middle, long second) {
        text.begin(out, offset);
        text.put(start);
        text.put(first);
        text.put(middle);
        text.put(second);
        text.put('}');
        return text.end();
    }

    /** The most that an error takes. */
    public int maxBytes(PubAckError error) {
        return MAX_BYTES + error.maxBytes();
    }

    /** A message of the batch isn't kept. */
    public int error(Region out, int offset, long batchSequence, PubAckError error) {
        text.begin(out, offset);
        text.put(ERROR);
        text.put(batchSequence);
        // Without the bracket that the object begins with.
        text.put(',');
        text.put(error.beforeValue, 1);
        text.put(error.afterValue);
        text.put('}');
        return text.end();
    }
}
