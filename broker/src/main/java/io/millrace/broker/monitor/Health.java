package io.millrace.broker.monitor;

import java.io.IOException;
import java.util.List;

/**
 * Whether a server does what it is there for.
 *
 * @param status as HTTP has it; 200 if all is well
 * @param word what is said of it if nothing is listed: {@code ok}, {@code error} or {@code
 *     unavailable}
 * @param problems what is wrong, in the order in which it was found; if they aren't listed, the
 *     first is told alone
 * @param details whether they are listed
 */
public record Health(int status, String word, List<Problem> problems, boolean details) {
    static final Health OK = new Health(200, "ok", List.of(), false);

    /**
     * What is wrong.
     *
     * @param type by the reference's names
     * @param account whose; empty if it is the server's
     * @param stream whose; empty if it is the account's
     * @param consumer whose; empty if it is the stream's
     */
    public record Problem(
            String type, String account, String stream, String consumer, String error) {}

    /**
     * Writes it.
     *
     * @param withStatus whether the status isn't told otherwise
     */
    public void write(JsonOut out, boolean withStatus) throws IOException {
        boolean listed = details && !problems.isEmpty();
        out.field("status", listed ? "error" : word);
        if (withStatus) {
            out.field("status_code", status);
        }
        if (listed) {
            out.objects(
                    "errors",
                    problems,
                    (each, problem) ->
                            each.field("type", problem.type())
                                    .some("account", problem.account())
                                    .some("stream", problem.stream())
                                    .some("consumer", problem.consumer())
                                    .field("error", problem.error()));
        } else if (!problems.isEmpty()) {
            out.field("error", problems.getFirst().error());
        }
    }
}
