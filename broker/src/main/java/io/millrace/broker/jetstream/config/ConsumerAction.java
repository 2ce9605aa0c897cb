package io.millrace.broker.jetstream.config;

/** What a request for a consumer is to do. */
public enum ConsumerAction {
    /** Make it, or change the one that is there. */
    CREATE_OR_UPDATE(""),
    /** Change the one that is there. */
    UPDATE("update"),
    /** Make it; one that is there has to be exactly so. */
    CREATE("create");

    private final String text;

    ConsumerAction(String text) {
        this.text = text;
    }

    /** The one of this name; the first where none is said. */
    public static ConsumerAction of(String text) {
        for (ConsumerAction each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return CREATE_OR_UPDATE;
    }
}
