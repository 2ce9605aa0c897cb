package io.millrace.broker.jetstream.config;

import io.millrace.broker.jetstream.json.JsonWriter;

/**
 * Why something was refused, as a client gets to know it.
 *
 * @param code the kind, by the numbers of HTTP
 * @param errCode the number that tells it from all others
 * @param description in words
 */
public record ApiError(int code, int errCode, String description) {
    /** Writes it as the fields of an object. */
    public void write(JsonWriter out) {
        out.field("code", code).some("err_code", errCode).some("description", description);
    }

    @Override
    public String toString() {
        return description + " (" + errCode + ")";
    }
}
