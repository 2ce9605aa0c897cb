package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.json.JsonWriter;

import java.nio.charset.StandardCharsets;

/**
 * Why a message wasn't kept, ready to be written: errors come as often as messages do. Immutable,
 * any thread.
 */
public final class PubAckError {
    /** Stands for a value in what is parted there. */
    private static final String ROOM = "{}";

    private static final PubAckError[] ALL = new PubAckError[ApiErrors.values().length];

    static {
        for (ApiErrors each : ApiErrors.values()) {
            // Only those that have room for one value.
            ALL[each.ordinal()] = new PubAckError(each.hasRoom() ? each.error(ROOM) : each.error());
        }
    }

    final byte[] beforeValue;
    final byte[] afterValue;

    private PubAckError(ApiError error) {
        String object =
                new String(
                        new JsonWriter().object("error", error::write).finish(),
                        StandardCharsets.UTF_8);
        String open = object.substring(0, object.length() - 1);
        int room = open.indexOf(ROOM);
        int end = room < 0 ? open.length() : room;
        int next = room < 0 ? end : room + ROOM.length();
        beforeValue = open.substring(0, end).getBytes(StandardCharsets.UTF_8);
        afterValue = open.substring(next).getBytes(StandardCharsets.UTF_8);
    }

    /** An error that says no value, or one that is given when it is written. */
    public static PubAckError of(ApiErrors error) {
        return ALL[error.ordinal()];
    }

    /** An error that says a value of its own. */
    public static PubAckError of(ApiError error) {
        return new PubAckError(error);
    }

    /** Bytes of it, with a value. */
    int maxBytes() {
        return beforeValue.length + PubAckWriter.MAX_DIGITS + afterValue.length;
    }
}
