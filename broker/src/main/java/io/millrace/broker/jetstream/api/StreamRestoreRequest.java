package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamConfigJson;

/**
 * Wants to restore a stream from a backup.
 *
 * @param config as it is to be
 */
public record StreamRestoreRequest(StreamConfig config) {
    private static final Request.Form<StreamRestoreRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.STREAM_RESTORE,
                    fields ->
                            new StreamRestoreRequest(
                                    StreamConfigJson.read(fields.objectOrEmpty("config"))));

    /**
     * Reads it.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<StreamRestoreRequest> read(byte[] body, boolean strict) {
        return FORM.readNonEmpty(body, strict);
    }
}
