package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.json.JsonDecoder;
import io.millrace.broker.jetstream.json.JsonKind.Plain;
import io.millrace.broker.jetstream.json.JsonSchema;
import io.millrace.broker.jetstream.publish.GoDuration;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Later;
import io.millrace.protocol.Region;

/** When a message is wanted again by who has refused it. */
final class NakDelay {
    /** At once. */
    static final long NONE = -1;

    private static final int WORD_BYTES = 4;

    private static final JsonSchema SCHEMA =
            JsonSchema.of("ConsumerNakOptions").field("delay", Plain.DURATION);

    private NakDelay() {}

    /**
     * Reads what {@code -NAK} was followed by: a duration, or an object that has one.
     *
     * @return nanoseconds; {@link #NONE} if it says nothing, or nothing that could be understood
     */
    static long of(Bytes said) {
        Region bytes = said.region();
        int from = said.offset() + WORD_BYTES;
        int to = said.offset() + said.length();
        while (from < to && isBlank(bytes.getByte(from))) {
            from++;
        }
        while (to > from && isBlank(bytes.getByte(to - 1))) {
            to--;
        }
        if (from == to) {
            return NONE;
        }
        if (bytes.getByte(from) == '{') {
            try {
                byte[] json = bytes.bytes(from, to - from);
                return bounded(JsonDecoder.readAny(SCHEMA, json).number("delay"));
            } catch (BadJsonException e) {
                return NONE;
            }
        }
        long delayNs = GoDuration.parse(bytes, from, to - from);
        return delayNs == GoDuration.INVALID ? NONE : bounded(delayNs);
    }

    private static long bounded(long delayNs) {
        return Math.clamp(delayNs, 0, Later.NEVER_NS);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }
}
