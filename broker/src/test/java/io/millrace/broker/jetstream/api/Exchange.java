package io.millrace.broker.jetstream.api;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What somebody asked nats-server 2.15.2, and what it answered, as it was written down.
 *
 * @param there the stream that was there before; empty for none
 */
record Exchange(String there, String request, String answer) {
    @Override
    public String toString() {
        return there.isEmpty() ? request : there + " -> " + request;
    }

    /**
     * Those of a file: lines with {@code =} for what is there, {@code >} for what is asked, with
     * Java's escapes, and {@code <} for what is answered.
     *
     * @param room a class beside which the file is
     */
    static List<Exchange> read(Class<?> room, String file) throws Exception {
        try (InputStream in = room.getResourceAsStream(file)) {
            byte[] all = Objects.requireNonNull(in).readAllBytes();
            List<Exchange> exchanges = new ArrayList<>();
            String there = "";
            String request = "";
            for (String line : new String(all, StandardCharsets.UTF_8).split("\n")) {
                String rest = line.substring(2);
                switch (line.charAt(0)) {
                    case '=' -> there = rest;
                    case '>' -> request = rest.translateEscapes();
                    default -> exchanges.add(new Exchange(there, request, rest));
                }
            }
            return exchanges;
        }
    }
}
