package io.millrace.broker.jetstream.api;

/**
 * Asks that a consumer begins anew.
 *
 * @param sequence with which message; 0 for the first that isn't acknowledged
 */
public record ResetRequest(long sequence) {
    private static final Request.Form<ResetRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.CONSUMER_RESET,
                    fields -> new ResetRequest(fields.number("seq")));

    /** Reads it, whatever else it says; nothing at all says no message. */
    public static Request<ResetRequest> read(byte[] body) {
        return body.length == 0 ? new Request.Read<>(new ResetRequest(0)) : FORM.readWhole(body);
    }
}
