package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.json.JsonDecoder;
import io.millrace.broker.jetstream.json.JsonFields;
import io.millrace.broker.jetstream.json.JsonKind.Plain;
import io.millrace.broker.jetstream.json.JsonSchema;

import org.jspecify.annotations.Nullable;

/**
 * What an origin answers to the request for a consumer; whoever answers may say anything.
 *
 * @param error null if there is none
 * @param hasConsumer whether it tells of a consumer at all
 * @param consumer its name
 * @param deliverSubject where it delivers to
 * @param ackPolicy by its word
 * @param delivered the sequence in front of the first one that it delivers
 */
record CreateAnswer(
        @Nullable ApiError error,
        boolean hasConsumer,
        String consumer,
        String deliverSubject,
        String ackPolicy,
        long delivered) {
    private static final int MOST_LETTERS = 1_024;
    private static final long MOST_SEQUENCE = Long.MAX_VALUE / 2;

    private static final JsonSchema SCHEMA =
            JsonSchema.of("JSApiConsumerCreateResponse")
                    .object(
                            "error",
                            JsonSchema.of("ApiError")
                                    .field("code", Plain.INT)
                                    .field("err_code", Plain.INT)
                                    .field("description", Plain.TEXT))
                    .field("name", Plain.TEXT)
                    .object(
                            "config",
                            JsonSchema.of("ConsumerConfig")
                                    .field("deliver_subject", Plain.TEXT)
                                    .field("ack_policy", Plain.TEXT))
                    .object(
                            "delivered",
                            JsonSchema.of("SequenceInfo").field("stream_seq", Plain.UINT64));

    /**
     * Reads it.
     *
     * @throws BadJsonException if it isn't one
     */
    static CreateAnswer read(byte[] body) throws BadJsonException {
        JsonFields fields = JsonDecoder.readAny(SCHEMA, body);
        JsonFields error = fields.object("error");
        JsonFields config = fields.object("config");
        long delivered = fields.objectOrEmpty("delivered").number("stream_seq");
        return new CreateAnswer(
                error == null ? null : error(error),
                config != null,
                fields.text("name"),
                config == null ? "" : config.text("deliver_subject"),
                config == null ? "" : config.text("ack_policy"),
                Math.clamp(delivered, 0, MOST_SEQUENCE));
    }

    private static ApiError error(JsonFields fields) {
        String description = fields.text("description");
        int length = Math.min(MOST_LETTERS, description.length());
        return new ApiError(
                fields.smallNumber("code"),
                fields.smallNumber("err_code"),
                description.substring(0, length));
    }

    /** Whether the error has this number. */
    boolean is(int errCode) {
        return error != null && error.errCode() == errCode;
    }
}
