package io.millrace.broker.monitor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.millrace.broker.jetstream.view.CopiesView;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Reads how copies of other streams fare. */
final class Copies {
    private static final JsonFactory JSON = new JsonFactory();

    private Copies() {}

    /**
     * One of them.
     *
     * @param name the other stream's
     * @param api what requests to its server begin with; empty if it is here
     * @param deliver what its messages come on; empty if it is here
     * @param lag messages that are to come
     * @param activeNs since something was heard of it; -1 if nothing was yet
     */
    record Copy(String name, String api, String deliver, long lag, long activeNs) {}

    private record External(String api, String deliver) {
        static final External HERE = new External("", "");
    }

    /** Those of the sources. */
    static List<Copy> sources(CopiesView view) {
        return read(view.sources());
    }

    /** That of the mirror, if it is one. */
    static List<Copy> mirror(CopiesView view) {
        return read(view.mirror());
    }

    private static List<Copy> read(String json) {
        List<Copy> all = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    all.add(copy(parser));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static Copy copy(JsonParser parser) throws IOException {
        String name = "";
        External external = External.HERE;
        long lag = 0;
        long activeNs = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "name" -> name = parser.getText();
                case "external" -> external = external(parser);
                case "lag" -> lag = parser.getLongValue();
                case "active" -> activeNs = parser.getLongValue();
                default -> parser.skipChildren();
            }
        }
        return new Copy(name, external.api, external.deliver, lag, activeNs);
    }

    private static External external(JsonParser parser) throws IOException {
        String api = "";
        String deliver = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "api" -> api = parser.getText();
                case "deliver" -> deliver = parser.getText();
                default -> parser.skipChildren();
            }
        }
        return new External(api, deliver);
    }
}
