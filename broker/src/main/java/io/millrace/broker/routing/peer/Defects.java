package io.millrace.broker.routing.peer;

import java.io.PrintWriter;
import java.io.StringWriter;

/** How defects of this server are logged: with their trace, since nobody expects them. */
public final class Defects {
    private Defects() {}

    /** The stack trace as text. */
    public static String trace(Throwable defect) {
        StringWriter trace = new StringWriter();
        defect.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
