package io.millrace.broker.jetstream.config;

/** How fast messages are delivered. */
public enum ReplayPolicy {
    /** As fast as they can be taken. */
    INSTANT("instant"),
    /** With the pauses between them that there were when they came. */
    ORIGINAL("original");

    private final String text;

    ReplayPolicy(String text) {
        this.text = text;
    }

    /** Its name in configurations. */
    public String text() {
        return text;
    }

    /** The one of this name; the first where none is said. */
    static ReplayPolicy of(String text) {
        for (ReplayPolicy each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return values()[0];
    }
}
