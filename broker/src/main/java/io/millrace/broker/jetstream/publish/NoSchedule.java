package io.millrace.broker.jetstream.publish;

/** Why a message isn't to be published at a certain time. */
public enum NoSchedule implements Schedule {
    /** It doesn't ask for it. */
    NONE,
    /** What it asks for can't be read: error 10189. */
    BAD_PATTERN,
    /** There is no such time zone: error 10223. */
    BAD_TIME_ZONE
}
