package io.millrace.broker.jetstream.config;

/** Where a stream is kept. */
public enum Storage {
    FILE("file"),
    MEMORY("memory");

    private final String text;

    Storage(String text) {
        this.text = text;
    }

    /** Its name in configurations. */
    public String text() {
        return text;
    }

    /** The one of this name; the first where none is said. */
    static Storage of(String text) {
        for (Storage each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return values()[0];
    }
}
