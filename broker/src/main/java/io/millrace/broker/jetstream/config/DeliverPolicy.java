package io.millrace.broker.jetstream.config;

/** Where a consumer begins. */
public enum DeliverPolicy {
    /** With the first message there is. */
    ALL("all"),
    /** With the last one. */
    LAST("last"),
    /** With the next one. */
    NEW("new"),
    /** With a sequence. */
    BY_START_SEQUENCE("by_start_sequence"),
    /** With the first one that isn't older than a time. */
    BY_START_TIME("by_start_time"),
    /** With the last one on each subject, then all. */
    LAST_PER_SUBJECT("last_per_subject");

    private final String text;

    DeliverPolicy(String text) {
        this.text = text;
    }

    /** Its name in configurations. */
    public String text() {
        return text;
    }

    /** The one of this name; the first where none is said. */
    static DeliverPolicy of(String text) {
        for (DeliverPolicy each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return values()[0];
    }
}
