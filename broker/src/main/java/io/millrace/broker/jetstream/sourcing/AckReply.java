package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.protocol.Decimal;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import java.nio.charset.StandardCharsets;

/**
 * What the reply of a delivered message says of it. A flyweight of the shard thread.
 *
 * <pre>
 *   $JS.ACK.stream.consumer.deliveries.sequence.delivery.time.pending                with 9 words
 *   $JS.ACK.domain.account.stream.consumer.deliveries.sequence.delivery.time.pending[.more]  from 11 on
 * </pre>
 *
 * <p>What has come from another server may have the subject it was published on behind an
 * {@code @}, since the way here has used the one it is delivered to.
 */
final class AckReply {
    private static final byte[] PREFIX = "$JS.ACK.".getBytes(StandardCharsets.US_ASCII);
    private static final int SHORT_WORDS = 9;
    private static final int LONG_WORDS = 11;
    private static final int MOST_WORDS = 12;

    /** Above that sequences would come to their end. */
    private static final long MOST_SEQUENCE = Long.MAX_VALUE / 2;

    // Behind the consumer's name.
    private static final int DELIVERIES = 1;
    private static final int SEQUENCE = 2;
    private static final int DELIVERY = 3;
    private static final int TIME = 4;
    private static final int PENDING = 5;

    private final int[] starts = new int[MOST_WORDS + 1];
    private Region region = Region.NONE;
    private int consumer;
    private int end;
    private int subjectEnd;
    private final long[] numbers = new long[PENDING + 1];

    /** Looks at a reply; false if it isn't that of a delivered message. */
    boolean read(Bytes reply) {
        region = reply.region();
        subjectEnd = reply.offset() + reply.length();
        if (reply.length() < PREFIX.length || !region.equal(reply.offset(), PREFIX)) {
            return false;
        }
        int words = split(reply.offset());
        if (words != SHORT_WORDS && words < LONG_WORDS) {
            return false;
        }
        consumer = words == SHORT_WORDS ? 3 : 5;
        for (int i = DELIVERIES; i <= PENDING; i++) {
            int start = starts[consumer + i];
            numbers[i] = Decimal.parse(region, start, starts[consumer + i + 1] - 1 - start);
            if (numbers[i] < 0) {
                return false;
            }
        }
        return numbers[SEQUENCE] > 0
                && numbers[SEQUENCE] < MOST_SEQUENCE
                && numbers[DELIVERY] > 0
                && numbers[DELIVERY] < MOST_SEQUENCE;
    }

    /** Finds the words; how many there are, of many only the first count. */
    private int split(int from) {
        starts[0] = from;
        int words = 1;
        int at = from;
        while (at < subjectEnd) {
            byte each = region.getByte(at);
            if (each == '@' && words >= SHORT_WORDS) {
                break;
            }
            at++;
            if (each == '.') {
                if (words == MOST_WORDS) {
                    break;
                }
                starts[words] = at;
                words++;
            }
        }
        end = at;
        starts[words] = end + 1;
        return words;
    }

    /** Whether a consumer of this name has delivered it. */
    boolean isFrom(byte[] name) {
        int start = starts[consumer];
        return starts[consumer + 1] - 1 - start == name.length && region.equal(start, name);
    }

    /** How often it was delivered. */
    long deliveries() {
        return numbers[DELIVERIES];
    }

    /** Its sequence in the stream that it is from. */
    long sequence() {
        return numbers[SEQUENCE];
    }

    /** Which of the consumer's deliveries it is. */
    long delivery() {
        return numbers[DELIVERY];
    }

    /** When it was kept there, since the epoch. */
    long timeNs() {
        return numbers[TIME];
    }

    /** Messages that are to come. */
    long pending() {
        return numbers[PENDING];
    }

    /** Has a subject be the one it was published on, where the reply says that. */
    void subject(Bytes subject) {
        boolean said = end < subjectEnd && region.getByte(end) == '@';
        if (said && Subject.isValidLiteral(region, end + 1, subjectEnd - end - 1)) {
            subject.at(region, end + 1, subjectEnd - end - 1);
        }
    }
}
