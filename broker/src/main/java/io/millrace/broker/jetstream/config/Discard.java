package io.millrace.broker.jetstream.config;

/** What gives way when a stream is full. */
public enum Discard {
    OLD("old"),
    NEW("new");

    private final String text;

    Discard(String text) {
        this.text = text;
    }

    /** Its name in configurations. */
    public String text() {
        return text;
    }

    /** The one of this name; the first where none is said. */
    static Discard of(String text) {
        for (Discard each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return values()[0];
    }
}
