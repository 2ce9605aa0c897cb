package io.millrace.broker.jetstream.api;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Asks that a consumer delivers nothing for some time.
 *
 * @param until in UTC; null for no such time: it is to go on
 */
public record PauseRequest(@Nullable OffsetDateTime until) {
    /** Go's time that is none. */
    private static final OffsetDateTime NONE =
            OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private static final Request.Form<PauseRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.CONSUMER_PAUSE,
                    fields -> new PauseRequest(utc(fields.time("pause_until"))));

    private static @Nullable OffsetDateTime utc(@Nullable OffsetDateTime said) {
        return said == null || said.isEqual(NONE)
                ? null
                : said.withOffsetSameInstant(ZoneOffset.UTC);
    }

    /**
     * Reads it; what isn't JSON of some structure says no time.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<PauseRequest> read(byte[] body, boolean strict) {
        return FORM.readIfStructured(body, strict);
    }
}
