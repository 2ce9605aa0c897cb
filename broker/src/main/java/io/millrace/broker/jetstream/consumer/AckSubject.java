package io.millrace.broker.jetstream.consumer;

import io.millrace.protocol.Decimal;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * The subject that a message's acknowledgement goes to, which is its reply: in its first form, or
 * in the second one, which names domain and account.
 *
 * <pre>
 *   $JS.ACK.stream.consumer.deliveries.sequence.delivery.time.pending
 *   $JS.ACK.domain.account.stream.consumer.deliveries.sequence.delivery.time.pending[.more]
 * </pre>
 *
 * <p>A flyweight over where it stands. Shard thread.
 */
public final class AckSubject {
    /** What all of them begin with. */
    public static final String PREFIX = "$JS.ACK.";

    private static final byte[] BEGIN = PREFIX.getBytes(StandardCharsets.US_ASCII);
    private static final int FIRST_FORM = 7;
    private static final int SECOND_FORM = 9;
    private static final int MOST_TOKENS = 12;

    private final int[] starts = new int[MOST_TOKENS + 1];
    private Region region = Region.NONE;
    private int stream;

    /** Moves to one; false if it isn't. */
    public boolean moveTo(Region bytes, int offset, int length) {
        int begin = offset + BEGIN.length;
        int end = offset + length;
        if (begin >= end || !bytes.equal(offset, BEGIN)) {
            return false;
        }
        int tokens = 0;
        starts[0] = begin;
        for (int at = begin; at < end; at++) {
            if (bytes.getByte(at) == '.') {
                tokens++;
                if (tokens == MOST_TOKENS) {
                    return false;
                }
                starts[tokens] = at + 1;
            }
        }
        tokens++;
        starts[tokens] = end + 1;
        region = bytes;
        stream = tokens == FIRST_FORM ? 0 : 2;
        return tokens == FIRST_FORM || tokens >= SECOND_FORM;
    }

    /** Where it stands. */
    public Region region() {
        return region;
    }

    public int streamOffset() {
        return starts[stream];
    }

    public int streamLength() {
        return length(stream);
    }

    public int consumerOffset() {
        return starts[stream + 1];
    }

    public int consumerLength() {
        return length(stream + 1);
    }

    /** How often the message was delivered then; negative if that is no number. */
    public long deliveries() {
        return number(stream + 2);
    }

    /** The message's sequence; negative if that is no number. */
    public long sequence() {
        return number(stream + 3);
    }

    /** The number of the delivery; negative if that is no number. */
    public long delivery() {
        return number(stream + 4);
    }

    private int length(int token) {
        return starts[token + 1] - 1 - starts[token];
    }

    private long number(int token) {
        return Decimal.parse(region, starts[token], length(token));
    }
}
