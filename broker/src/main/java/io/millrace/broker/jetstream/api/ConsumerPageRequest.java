package io.millrace.broker.jetstream.api;

/**
 * Asks for some of a stream's consumers.
 *
 * @param offset the first one to be told, in the order of their names, from 0
 */
public record ConsumerPageRequest(int offset) {
    private static final Request.Form<ConsumerPageRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.CONSUMERS,
                    fields -> new ConsumerPageRequest(Math.max(0, fields.smallNumber("offset"))));

    /**
     * Reads one; what isn't JSON of some structure counts as nothing.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<ConsumerPageRequest> read(byte[] body, boolean strict) {
        return FORM.readIfStructured(body, strict);
    }
}
