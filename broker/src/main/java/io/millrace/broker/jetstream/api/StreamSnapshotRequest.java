package io.millrace.broker.jetstream.api;

/**
 * Asks for a backup of a stream.
 *
 * @param deliverSubject where its chunks go
 * @param noConsumers whether to leave consumers out
 * @param chunkSize bytes; 0 for the usual
 * @param windowSize bytes that may be on their way; 0 for the usual
 */
public record StreamSnapshotRequest(
        String deliverSubject, boolean noConsumers, int chunkSize, int windowSize) {
    private static final Request.Form<StreamSnapshotRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.STREAM_SNAPSHOT,
                    fields ->
                            new StreamSnapshotRequest(
                                    fields.text("deliver_subject"),
                                    fields.flag("no_consumers"),
                                    fields.smallNumber("chunk_size"),
                                    fields.smallNumber("window_size")));

    /**
     * Reads it.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<StreamSnapshotRequest> read(byte[] body, boolean strict) {
        return FORM.readNonEmpty(body, strict);
    }
}
