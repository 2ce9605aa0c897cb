package io.millrace.broker.jetstream.config;

/** When a message counts as kept. */
public enum PersistMode {
    DEFAULT("default"),
    ASYNC("async");

    private final String text;

    PersistMode(String text) {
        this.text = text;
    }

    /** Its name in configurations. */
    public String text() {
        return text;
    }

    /** The one of this name; the first where none is said. */
    static PersistMode of(String text) {
        for (PersistMode each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return values()[0];
    }
}
