package io.millrace.broker.monitor;

import java.io.IOException;
import java.util.List;

/**
 * Whether a server does what it is there for.
 *
 * @param status as HTTP has it; 200 if all is well
 * @param type what is wrong, by the reference's names; empty if nothing is
 * @param error the same as a sentence
 * @param details whether it is listed
 */
public record Health(int status, String type, String error, boolean details) {
    static final Health OK = new Health(200, "", "", false);

    /**
     * Writes it.
     *
     * @param withStatus whether the status isn't told otherwise
     */
    public void write(JsonOut out, boolean withStatus) throws IOException {
        out.field("status", error.isEmpty() ? "ok" : "error");
        if (withStatus) {
            out.field("status_code", status);
        }
        if (details && !error.isEmpty()) {
            out.objects(
                    "errors",
                    List.of(error),
                    (each, text) -> each.field("type", type).field("error", text));
        } else {
            out.some("error", error);
        }
    }
}
