package io.millrace.broker.jetstream.stream;

/** Publishes what a stream has to say besides its answers: republished messages. Shard thread. */
public interface Teller {
    /**
     * Publishes in the stream's account; said once the stream's records are as durable as asked.
     */
    void publish(Bytes subject, Bytes headers, Bytes payload);
}
