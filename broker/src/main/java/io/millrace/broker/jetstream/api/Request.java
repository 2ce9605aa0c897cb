package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.json.JsonDecoder;
import io.millrace.broker.jetstream.json.JsonFields;
import io.millrace.broker.jetstream.json.JsonSchema;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/**
 * What a request says, or why it says nothing.
 *
 * @param <T> what such requests say
 */
public sealed interface Request<T> {
    /** It can be done, or not, but it is one. */
    record Read<T>(T said) implements Request<T> {}

    /** It isn't one. */
    record Refused<T>(ApiError error) implements Request<T> {}

    /** What it would say, and what that is: one of these per kind of request. */
    record Form<T>(JsonSchema schema, Function<JsonFields, T> reader) {
        /** Reads it; without anything in it, it says what it says by default. */
        Request<T> read(byte[] body, boolean strict) {
            try {
                return new Read<>(reader.apply(JsonDecoder.read(schema, body, strict)));
            } catch (BadJsonException e) {
                return new Refused<>(ApiErrors.INVALID_JSON.error(e.reason()));
            }
        }

        /** Reads it if it is JSON of some structure; anything else counts as nothing. */
        Request<T> readIfStructured(byte[] body, boolean strict) {
            return JsonDecoder.isObjectOrArray(body)
                    ? read(body, strict)
                    : new Read<>(reader.apply(new JsonFields()));
        }

        /** Reads it where it has to say something. */
        Request<T> readNonEmpty(byte[] body, boolean strict) {
            return JsonDecoder.isEmpty(body) ? badRequest() : read(body, strict);
        }

        /** Reads it, whatever else it says; nothing at all is an error. */
        Request<T> readWhole(byte[] body) {
            try {
                return new Read<>(reader.apply(JsonDecoder.readAny(schema, body)));
            } catch (BadJsonException e) {
                return new Refused<>(ApiErrors.INVALID_JSON.error(e.reason()));
            }
        }

        /** Reads it, whatever else it says; null if it isn't JSON. */
        @Nullable T readAny(byte[] body) {
            try {
                return reader.apply(JsonDecoder.readAny(schema, body));
            } catch (BadJsonException e) {
                return null;
            }
        }
    }

    /** Whether it says nothing where it has to say something. */
    static boolean isBad(Request<?> request) {
        return request instanceof Refused<?>(ApiError error)
                && error.equals(ApiErrors.BAD_REQUEST.error());
    }

    /** One that asks for what can't go together. */
    static <T> Request<T> badRequest() {
        return new Refused<>(ApiErrors.BAD_REQUEST.error());
    }

    /** The error of one that has to be empty and isn't; null if it is. */
    static @Nullable ApiError notEmpty(byte[] body) {
        return JsonDecoder.isEmpty(body) ? null : ApiErrors.NOT_EMPTY_REQUEST.error();
    }
}
