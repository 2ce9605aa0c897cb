package io.millrace.broker.system;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The names of the fields of JSON, in the order in which they stand. */
final class JsonNames {
    private JsonNames() {}

    /** As {@code a b{c d[e]}}; of arrays the first element's. */
    static String of(String json) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            return object(parser);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }

    private static String object(JsonParser parser) throws IOException {
        List<String> names = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_OBJECT) {
                names.add(name + '{' + object(parser) + '}');
            } else if (value == JsonToken.START_ARRAY) {
                names.add(name + array(parser));
            } else {
                names.add(name);
            }
        }
        return String.join(" ", names);
    }

    private static String array(JsonParser parser) throws IOException {
        String first = "";
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                String names = object(parser);
                first = first.isEmpty() ? '[' + names + ']' : first;
            } else {
                parser.skipChildren();
            }
        }
        return first;
    }
}
