package io.millrace.broker.jetstream.api;

/**
 * Asks for some of the streams.
 *
 * @param offset the first stream to be told, in the order of their names, from 0
 * @param subject only those that take messages of it, may have wildcards; empty for all
 */
public record StreamPageRequest(int offset, String subject) {
    private static final Request.Form<StreamPageRequest> NAMES = form(true);
    private static final Request.Form<StreamPageRequest> LIST = form(false);

    private static Request.Form<StreamPageRequest> form(boolean names) {
        return new Request.Form<>(
                names ? RequestSchemas.STREAM_NAMES : RequestSchemas.STREAM_LIST,
                fields ->
                        new StreamPageRequest(
                                Math.max(0, fields.smallNumber("offset")), fields.text("subject")));
    }

    /**
     * Reads one for names; what isn't JSON of some structure counts as nothing.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<StreamPageRequest> readNames(byte[] body, boolean strict) {
        return NAMES.readIfStructured(body, strict);
    }

    /** The same for all there is to say about them. */
    public static Request<StreamPageRequest> readList(byte[] body, boolean strict) {
        return LIST.readIfStructured(body, strict);
    }
}
