package io.millrace.broker.jetstream.config;

/** How a stream is compressed where it is kept. */
public enum Compression {
    NONE("none"),
    S2("s2");

    private final String text;

    Compression(String text) {
        this.text = text;
    }

    /** Its name in configurations. */
    public String text() {
        return text;
    }

    /** The one of this name; the first where none is said. */
    static Compression of(String text) {
        for (Compression each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return values()[0];
    }
}
