package io.millrace.broker.jetstream.publish;

/** Which messages a message replaces, by its header {@link Header#ROLLUP}. */
public enum Rollup {
    /** None. */
    NONE,
    /** All others of its subject. */
    SUBJECT,
    /** All others of the stream. */
    ALL,
    /** The header says something else. */
    INVALID
}
