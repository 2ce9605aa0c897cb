package io.millrace.broker.jetstream.config;

/** When messages leave a stream by themselves. */
public enum Retention {
    LIMITS("limits"),
    INTEREST("interest"),
    WORK_QUEUE("workqueue");

    private final String text;

    Retention(String text) {
        this.text = text;
    }

    /** Its name in configurations. */
    public String text() {
        return text;
    }

    /** The one of this name; the first where none is said. */
    static Retention of(String text) {
        for (Retention each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return values()[0];
    }
}
