package io.millrace.broker.jetstream.api;

/**
 * Asks how a stream fares.
 *
 * @param offset the first subject to be told, from 0
 * @param deletedDetails whether to tell which messages are missing
 * @param subjectsFilter which subjects to tell the number of messages of; empty for none
 */
public record StreamInfoRequest(int offset, boolean deletedDetails, String subjectsFilter) {
    private static final Request.Form<StreamInfoRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.STREAM_INFO,
                    fields ->
                            new StreamInfoRequest(
                                    Math.max(0, fields.smallNumber("offset")),
                                    fields.flag("deleted_details"),
                                    fields.text("subjects_filter")));

    /**
     * Reads it; what isn't JSON of some structure counts as nothing.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<StreamInfoRequest> read(byte[] body, boolean strict) {
        return FORM.readIfStructured(body, strict);
    }
}
