package io.millrace.broker.monitor;

/** How much is told of the subscriptions of a connection. */
public enum ShownSubscriptions {
    NONE,
    SUBJECTS,
    DETAIL;

    /** The detail counts before the rest. */
    public static ShownSubscriptions of(boolean subjects, boolean detail) {
        return detail ? DETAIL : subjects ? SUBJECTS : NONE;
    }

    /** From {@code subs=}: a boolean, or {@code detail}. */
    static ShownSubscriptions of(Query query) throws BadQueryException {
        boolean detail = query.text("subs").equalsIgnoreCase("detail");
        return of(!detail && query.flag("subs"), detail);
    }
}
