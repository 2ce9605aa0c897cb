package io.millrace.broker.jetstream.config;

/** Who of several that wait gets a message. */
public enum PriorityPolicy {
    /** Each in turn. */
    NONE("none"),
    /** Only who says that so much must wait, once it does. */
    OVERFLOW("overflow"),
    /** One of them, until it goes or falls silent. */
    PINNED_CLIENT("pinned_client"),
    /** Who has the least number. */
    PRIORITIZED("prioritized");

    private final String text;

    PriorityPolicy(String text) {
        this.text = text;
    }

    /** Its name in configurations. */
    public String text() {
        return text;
    }

    /** The one of this name; the first where none is said. */
    static PriorityPolicy of(String text) {
        for (PriorityPolicy each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return values()[0];
    }
}
