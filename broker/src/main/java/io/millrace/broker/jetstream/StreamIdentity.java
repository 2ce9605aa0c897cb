package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.stream.ShortHash;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.service.ServiceMessage;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * Which stream of its name one is, by when it was made: who copies it begins anew when it is
 * another one. Any thread.
 */
final class StreamIdentity {
    private static final String NAME = "Nats-Stream-Identity";
    private static final String LINE = "\r\n" + NAME + ":";

    private StreamIdentity() {}

    static String of(Stream stream) {
        return ShortHash.of(GoTime.text(stream.createdNs()));
    }

    /** Headers of an answer that says it. */
    static byte[] header(String identity) {
        String block = "NATS/1.0\r\n" + NAME + ": " + identity + "\r\n\r\n";
        return block.getBytes(StandardCharsets.US_ASCII);
    }

    /** The one that a request says; null if it says none. */
    static @Nullable String asked(ServiceMessage message) {
        if (message.headerLength() == 0) {
            return null;
        }
        String block = new String(message.headers(), StandardCharsets.ISO_8859_1);
        int at = block.indexOf(LINE);
        int begin = at + LINE.length();
        return at < 0 ? null : block.substring(begin, block.indexOf("\r\n", begin)).strip();
    }
}
