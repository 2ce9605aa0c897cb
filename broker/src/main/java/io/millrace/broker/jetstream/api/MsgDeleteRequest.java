package io.millrace.broker.jetstream.api;

/**
 * Asks for a message to be removed.
 *
 * @param sequence which
 * @param noErase whether its bytes may stay where they are
 */
public record MsgDeleteRequest(long sequence, boolean noErase) {
    private static final Request.Form<MsgDeleteRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.MSG_DELETE,
                    fields -> new MsgDeleteRequest(fields.number("seq"), fields.flag("no_erase")));

    /**
     * Reads it.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<MsgDeleteRequest> read(byte[] body, boolean strict) {
        return FORM.readNonEmpty(body, strict);
    }
}
