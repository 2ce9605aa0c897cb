package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.ConsumerAction;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerConfigJson;

/**
 * Asks for a consumer, or for another configuration of one.
 *
 * @param stream the stream's name
 * @param config as it is wanted, without anything that is assumed
 * @param action whether it may be there already, or has to be
 * @param pedantic whether to refuse what would otherwise be mended
 */
public record ConsumerCreateRequest(
        String stream, ConsumerConfig config, ConsumerAction action, boolean pedantic) {
    private static final Request.Form<ConsumerCreateRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.CONSUMER_CREATE,
                    fields ->
                            new ConsumerCreateRequest(
                                    fields.text("stream_name"),
                                    ConsumerConfigJson.read(fields.objectOrEmpty("config")),
                                    ConsumerAction.of(fields.text("action")),
                                    fields.flag("pedantic")));

    /**
     * Reads it.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<ConsumerCreateRequest> read(byte[] body, boolean strict) {
        return FORM.read(body, strict);
    }
}
