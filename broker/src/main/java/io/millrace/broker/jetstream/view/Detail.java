package io.millrace.broker.jetstream.view;

/** How much of JetStream is to be looked at. */
public enum Detail {
    /** Sums only. */
    TOTALS,
    /** Streams, with what is known of each without reading a message. */
    STREAMS,
    /** The same, and when the first message of each stream came, for which that is read. */
    TIMES,
    /** All of it: the consumers of each stream, too. */
    CONSUMERS
}
