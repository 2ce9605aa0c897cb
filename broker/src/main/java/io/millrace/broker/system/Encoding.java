package io.millrace.broker.system;

import io.millrace.broker.compression.SnappyStream;
import io.millrace.broker.monitor.AnswerMemory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** How an answer is encoded, which a request's header says. */
enum Encoding {
    /** Nothing was said. */
    PLAIN,
    GZIP,
    SNAPPY,
    /** What was asked for isn't to be had. */
    IDENTITY;

    private static final String ACCEPT = "\r\nAccept-Encoding:";

    /**
     * What a request asks for.
     *
     * @param headers the whole block; empty for none
     */
    static Encoding of(byte[] headers) {
        String block = new String(headers, StandardCharsets.ISO_8859_1);
        int from = block.indexOf(ACCEPT);
        if (from < 0) {
            return PLAIN;
        }
        int end = block.indexOf('\r', from + ACCEPT.length());
        return named(block.substring(from + ACCEPT.length(), end < 0 ? block.length() : end));
    }

    /**
     * What is asked for.
     *
     * @param names as the header has them; empty for none
     */
    static Encoding named(String names) {
        String value = names.strip().toLowerCase(Locale.ROOT);
        if (value.isEmpty()) {
            return PLAIN;
        }
        if (value.contains("snappy") || value.contains("s2")) {
            return SNAPPY;
        }
        return value.contains("gzip") ? GZIP : IDENTITY;
    }

    /** The headers that go with an answer. */
    byte[] headers() {
        if (this == PLAIN) {
            return new byte[0];
        }
        String name = name().toLowerCase(Locale.ROOT);
        return ("NATS/1.0\r\nContent-Encoding: " + name + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The headers of a request that asks for it. */
    byte[] request() {
        if (this == PLAIN) {
            return new byte[0];
        }
        String name = name().toLowerCase(Locale.ROOT);
        return ("NATS/1.0" + ACCEPT + ' ' + name + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    byte[] encode(byte[] plain) {
        return switch (this) {
            case PLAIN, IDENTITY -> plain;
            case GZIP -> gzip(plain);
            case SNAPPY -> {
                AnswerMemory.hold(2L * plain.length);
                yield SnappyStream.encode(plain);
            }
        };
    }

    private static byte[] gzip(byte[] plain) {
        AnswerMemory.hold(2L * plain.length);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
