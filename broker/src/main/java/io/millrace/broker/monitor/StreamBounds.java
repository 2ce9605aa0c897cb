package io.millrace.broker.monitor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * How much may be in a stream, as its configuration says.
 *
 * @param messages at most; -1 for any number
 * @param bytes at most; -1 for any number
 */
record StreamBounds(long messages, long bytes) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads them of a configuration, an object. */
    static StreamBounds of(String config) {
        long messages = -1;
        long bytes = -1;
        try (JsonParser parser = JSON.createParser(config)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "max_msgs" -> messages = parser.getLongValue();
                    case "max_bytes" -> bytes = parser.getLongValue();
                    default -> parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new StreamBounds(messages, bytes);
    }
}
