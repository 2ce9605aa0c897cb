package io.millrace.broker.store;

/** What a record says; the byte that stands for it. More come: a reader passes over others. */
public final class RecordKind {
    /** A message of a stream: subject, headers, payload. */
    public static final int MESSAGE = 1;

    /** The message with this sequence is gone; with {@link RecordLayout#ERASE}, overwritten. */
    public static final int REMOVE = 2;

    /** All messages below this sequence are gone. */
    public static final int REMOVE_UP_TO = 3;

    /** Many messages are gone: the payload holds their sequences, delta-coded. */
    public static final int REMOVE_MANY = 4;

    /** The stream is made or changed: the payload is its configuration. */
    public static final int CONFIG = 5;

    /** The stream is gone, with all it had. */
    public static final int DELETE_STREAM = 6;

    /** The stream's last sequence becomes this one, without a message. */
    public static final int SKIP = 7;

    /** The payload is the shard's own; who doesn't know it passes over it. */
    public static final int NOTE = 8;

    /**
     * A consumer of the stream is made or configured otherwise; the sequence is its number. The
     * payload is where it begins and its configuration.
     */
    public static final int CONSUMER = 9;

    /** What has happened to the consumer whose number is the sequence, at the record's time. */
    public static final int CONSUMER_HAPPENINGS = 10;

    /** The consumer whose number is the sequence is gone. */
    public static final int DELETE_CONSUMER = 11;

    /** How far the consumer whose number is the sequence is, as a checkpoint says it. */
    public static final int CONSUMER_STATE = 12;

    private RecordKind() {}
}
