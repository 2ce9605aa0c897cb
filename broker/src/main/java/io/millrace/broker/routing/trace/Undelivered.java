package io.millrace.broker.routing.trace;

/** Why somebody doesn't get a traced message; as in the reference. */
public final class Undelivered {
    public static final String NO_ECHO = "Not delivered because of no echo";
    public static final String DENIED = "Not delivered because subscription denies this subject";
    public static final String PUBLISH_DENIED =
            "Not delivered because publish denied for this subject";
    public static final String UNSUBSCRIBED = "Not delivered because subscription is closed";
    public static final String CLOSED = "Not delivered because client is closed";
    public static final String EXHAUSTED = "Not delivered because auto-unsubscribe exceeded";
    public static final String TOO_SLOW =
            "Not delivered because fast producer not stalled and consumer is slow";
    public static final String NOT_TRACING =
            "Not delivered because remote does not support message tracing";

    /** It is delivered, in fact. */
    public static final String UNTRACED =
            "Message delivered but remote does not support message tracing so no trace event"
                    + " generated from there";

    private Undelivered() {}
}
