package io.millrace.broker.routing.trace;

import java.time.Instant;

/** Something that happened to a traced message on this server. Texts are empty for nothing. */
public sealed interface TraceStep {
    /** When it happened. */
    Instant at();

    /**
     * It came in.
     *
     * @param kind of the connection, by the reference's number
     * @param error why it went no further
     */
    record In(
            Instant at,
            int kind,
            long cid,
            String name,
            String account,
            String subject,
            String error)
            implements TraceStep {}

    /** Its account has mapped its subject. */
    record Mapped(Instant at, String to) implements TraceStep {}

    /** A subscriber of another account has it as a part of a stream. */
    record Streamed(Instant at, String account, String to) implements TraceStep {}

    /** It has crossed into another account as a request, or as an answer. */
    record Crossed(Instant at, String account, String from, String to) implements TraceStep {}

    /**
     * It went out, or would have.
     *
     * @param kind of the connection, by the reference's number
     * @param hop what the other server calls its own part of the trace
     * @param account the client's, if the message has come in for another one
     * @param error why it didn't
     */
    record Out(
            Instant at,
            int kind,
            long cid,
            String name,
            String hop,
            String account,
            String subscription,
            String queue,
            String error)
            implements TraceStep {}
}
