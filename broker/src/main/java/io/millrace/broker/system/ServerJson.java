package io.millrace.broker.system;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What another server says of itself and its accounts: fields by name, those within by a path. */
final class ServerJson {
    /** What is longer is none of what servers say. */
    private static final int MAX_BYTES = 256 * 1024;

    private static final int MAX_DEPTH = 8;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build();

    private final Map<String, String> fields = new HashMap<>();

    private ServerJson() {}

    /**
     * Reads an object.
     *
     * @throws BadJsonException if it isn't one, or longer or deeper than what servers say
     */
    static ServerJson read(byte[] body) throws BadJsonException {
        ServerJson json = new ServerJson();
        if (body.length > MAX_BYTES) {
            throw new BadJsonException("longer than " + MAX_BYTES + " bytes");
        }
        try (JsonParser in = JSON.createParser(body)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new BadJsonException("not an object");
            }
            json.members(in, "");
        } catch (IOException e) {
            throw new BadJsonException("not JSON");
        }
        return json;
    }

    private void members(JsonParser in, String path) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = path + in.currentName();
            switch (in.nextToken()) {
                case START_OBJECT -> members(in, name + '.');
                case START_ARRAY -> in.skipChildren();
                case VALUE_NULL -> {}
                default -> fields.put(name, in.getText());
            }
        }
    }

    /** A field; empty if it isn't there. */
    String text(String path) {
        return fields.getOrDefault(path, "");
    }

    /** A number; 0 if it isn't there, or isn't one. */
    int number(String path) {
        try {
            return Integer.parseInt(text(path));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
