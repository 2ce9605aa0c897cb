package io.millrace.broker.jetstream.consumer;

import java.nio.charset.StandardCharsets;

/** Headers without a message, which tell who waits for messages how it stands. */
final class Status {
    private static final String VERSION = "NATS/1.0 ";
    private static final String END = "\r\n\r\n";

    private Status() {}

    static byte[] of(int code, String description) {
        return of(code + " " + description);
    }

    /** No more requests may wait. */
    static byte[] tooManyWait() {
        return of(409, "Exceeded MaxWaiting");
    }

    /** One whose code and description are said at once. */
    static byte[] of(String line) {
        return bytes(VERSION + line + END);
    }

    /** The same, with what a request still wanted. */
    static byte[] of(int code, String description, long messages, long bytes) {
        return bytes(
                VERSION
                        + code
                        + ' '
                        + description
                        + "\r\nNats-Pending-Messages: "
                        + messages
                        + "\r\nNats-Pending-Bytes: "
                        + bytes
                        + END);
    }

    /**
     * All is well, and there is nothing to tell.
     *
     * @param stalledFor the question whose answer is awaited; empty for none
     */
    static byte[] heartbeat(long delivery, long sequence, String stalledFor) {
        String text =
                VERSION
                        + "100 Idle Heartbeat\r\nNats-Last-Consumer: "
                        + delivery
                        + "\r\nNats-Last-Stream: "
                        + sequence;
        return bytes(
                stalledFor.isEmpty()
                        ? text + END
                        : text + "\r\nNats-Consumer-Stalled: " + stalledFor + END);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
