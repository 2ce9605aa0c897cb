package io.millrace.broker.jetstream.batch;

import io.millrace.broker.jetstream.publish.GoJson;

/** What a publisher of a fast batch is told on the way, as JSON. */
public final class FlowMessages {
    private FlowMessages() {}

    /**
     * Messages were stored.
     *
     * @param sequence of the last one, in the batch; 0 as the answer to the first message
     * @param messages after how many there will be the next of these
     */
    public static byte[] ack(long sequence, int messages) {
        return GoJson.bytes(
                new StringBuilder("{\"type\":\"ack\",\"seq\":")
                        .append(sequence)
                        .append(",\"msgs\":")
                        .append(messages)
                        .append('}'));
    }

    /**
     * Messages are missing, or one came again.
     *
     * @param expected sequence in the batch
     * @param sequence of the message that came
     */
    public static byte[] gap(long expected, long sequence) {
        return GoJson.bytes(
                new StringBuilder("{\"type\":\"gap\",\"last_seq\":")
                        .append(expected)
                        .append(",\"seq\":")
                        .append(sequence)
                        .append('}'));
    }

    /**
     * A message was refused.
     *
     * @param sequence of the message, in the batch
     */
    public static byte[] error(long sequence, int code, int errorCode, String description) {
        StringBuilder json =
                new StringBuilder("{\"type\":\"err\",\"seq\":")
                        .append(sequence)
                        .append(",\"error\":{\"code\":")
                        .append(code)
                        .append(",\"err_code\":")
                        .append(errorCode)
                        .append(",\"description\":");
        return GoJson.bytes(GoJson.quote(json, description).append("}}"));
    }
}
