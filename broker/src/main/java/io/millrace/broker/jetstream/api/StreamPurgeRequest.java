package io.millrace.broker.jetstream.api;

/**
 * Asks for messages to be removed.
 *
 * @param sequence the first message to be left; 0 for no such limit
 * @param filter only messages of these subjects, may have wildcards; empty for all
 * @param keep how many of those to leave; 0 for none; not together with a sequence
 */
public record StreamPurgeRequest(long sequence, String filter, long keep) {
    private static final Request.Form<StreamPurgeRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.STREAM_PURGE,
                    fields ->
                            new StreamPurgeRequest(
                                    fields.number("seq"),
                                    fields.text("filter"),
                                    fields.number("keep")));

    /**
     * Reads it; what isn't JSON of some structure asks for all messages.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<StreamPurgeRequest> read(byte[] body, boolean strict) {
        Request<StreamPurgeRequest> request = FORM.readIfStructured(body, strict);
        boolean conflict =
                request instanceof Request.Read<StreamPurgeRequest>(StreamPurgeRequest said)
                        && said.sequence > 0
                        && said.keep > 0;
        return conflict ? Request.badRequest() : request;
    }
}
