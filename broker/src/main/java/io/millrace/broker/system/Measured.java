package io.millrace.broker.system;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What another server knows of a latency, whose client has answered.
 *
 * @param request the subject that the request was answered under
 * @param serviceNs between that server and its client, and there
 * @param responder the client, as JSON; empty if nothing is said
 * @param responderNs round trip time of the client
 */
record Measured(String request, long serviceNs, String responder, long responderNs) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int OBJECT_BYTES = 256;

    /** About what it takes up on the heap. */
    int bytes() {
        return OBJECT_BYTES + 2 * (request.length() + responder.length());
    }

    /** Reads what a server tells; null if that makes no sense. */
    static @Nullable Measured read(byte[] body) {
        try (JsonParser json = JSON.createParser(body)) {
            String request = "";
            long serviceNs = 0;
            String responder = "";
            long responderNs = 0;
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("req_id") && json.currentToken() == JsonToken.VALUE_STRING) {
                    request = json.getText();
                } else if (name.equals("m2") && json.currentToken() == JsonToken.START_OBJECT) {
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        String part = json.currentName();
                        JsonToken value = json.nextToken();
                        if (part.equals("service") && value == JsonToken.VALUE_NUMBER_INT) {
                            serviceNs = json.getLongValue();
                        } else if (part.equals("responder") && value == JsonToken.START_OBJECT) {
                            int from = (int) json.currentTokenLocation().getByteOffset();
                            responderNs = rtt(json);
                            int to = (int) json.currentLocation().getByteOffset();
                            responder = new String(body, from, to - from, StandardCharsets.UTF_8);
                        } else {
                            json.skipChildren();
                        }
                    }
                } else {
                    json.skipChildren();
                }
            }
            return request.isEmpty()
                    ? null
                    : new Measured(request, serviceNs, responder, responderNs);
        } catch (IOException e) {
            return null;
        }
    }

    private static long rtt(JsonParser json) throws IOException {
        long rttNs = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_NUMBER_INT && name.equals("rtt")) {
                rttNs = json.getLongValue();
            }
            json.skipChildren();
        }
        return rttNs;
    }
}
