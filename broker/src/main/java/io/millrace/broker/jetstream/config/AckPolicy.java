package io.millrace.broker.jetstream.config;

/** What is to be acknowledged. */
public enum AckPolicy {
    /** Nothing: what is delivered is done. */
    NONE("none"),
    /** Each message, and with it all that were delivered before. */
    ALL("all"),
    /** Each message by itself. */
    EXPLICIT("explicit"),
    /** All up to a message, by the answers to flow control. */
    FLOW_CONTROL("flow_control");

    private final String text;

    AckPolicy(String text) {
        this.text = text;
    }

    /** Its name in configurations. */
    public String text() {
        return text;
    }

    /** The one of this name; the first where none is said. */
    static AckPolicy of(String text) {
        for (AckPolicy each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return values()[0];
    }
}
