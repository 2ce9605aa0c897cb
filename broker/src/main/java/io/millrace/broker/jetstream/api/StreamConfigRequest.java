package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamConfigJson;

/**
 * Asks for a stream, or for another configuration of one.
 *
 * @param config as it is wanted, without anything that is assumed
 * @param pedantic whether to refuse what would otherwise be mended
 */
public record StreamConfigRequest(StreamConfig config, boolean pedantic) {
    private static final Request.Form<StreamConfigRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.STREAM_CONFIG,
                    fields ->
                            new StreamConfigRequest(
                                    StreamConfigJson.read(fields), fields.flag("pedantic")));

    /**
     * Reads it.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<StreamConfigRequest> read(byte[] body, boolean strict) {
        return FORM.read(body, strict);
    }
}
