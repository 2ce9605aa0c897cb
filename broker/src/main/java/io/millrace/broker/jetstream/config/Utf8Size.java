package io.millrace.broker.jetstream.config;

import java.nio.charset.StandardCharsets;

/** How many bytes a text has on the wire. */
final class Utf8Size {
    private Utf8Size() {}

    static int of(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
