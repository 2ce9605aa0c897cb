package io.millrace.broker.jetstream.archive;

import io.millrace.broker.compression.CorruptStreamException;
import io.millrace.broker.compression.S2Arrays;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Backups that nats-servers of two versions made of the stream {@code V}, and what is in them. */
final class Samples {
    static final String STREAM = "V";
    static final List<String> VERSIONS = List.of("2.14", "2.15");
    static final long LAST_SEQUENCE = 49;

    /** Messages that were purged or deleted, one by one. */
    static final Set<Long> GONE = Set.of(1L, 2L, 3L, 4L, 5L, 7L, 9L, 10L, 11L, 20L, 21L, 30L, 44L);

    /** What it may hold at any time. */
    static final long MOST_HELD_BYTES = 64L * 1024 * 1024;

    private static final int STEP_BYTES = 64 * 1024;

    private Samples() {}

    static byte[] backup(String version) {
        return resource(version + "/stream.tar.s2");
    }

    static List<String> messages(String version) {
        return new String(resource(version + "/messages.txt"), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static byte[] resource(String name) {
        try (InputStream in = Samples.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    static String base64(byte[] bytes, int from, int length) {
        byte[] part = Arrays.copyOfRange(bytes, from, from + length);
        return length == 0 ? "-" : Base64.getEncoder().encodeToString(part);
    }

    /** What it holds when it is unpacked. */
    static byte[] unpacked(byte[] backup) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        S2Arrays.Reading s2 = new S2Arrays.Reading();
        s2.add(backup);
        try {
            while (s2.next()) {
                all.write(s2.bytes(), s2.from(), s2.to() - s2.from());
            }
        } catch (CorruptStreamException e) {
            throw new AssertionError(e);
        }
        return all.toByteArray();
    }

    static byte[] packed(byte[] content) {
        return content.length == 0
                ? S2Arrays.nothing()
                : new S2Arrays().compress(content, content.length);
    }

    /** Reads a backup in pieces of this size. */
    static Told read(byte[] backup, int piece) throws BadBackupException {
        Told told = new Told();
        read(backup, piece, told);
        return told;
    }

    /** The same; what was told until something was wrong stays told. */
    static void read(byte[] backup, int piece, Told told) throws BadBackupException {
        Unpacking unpacking = new Unpacking(told, STREAM, 1024 * 1024, -1);
        for (int at = 0; at < backup.length; at += piece) {
            unpacking.add(Arrays.copyOfRange(backup, at, Math.min(backup.length, at + piece)));
            while (unpacking.step(STEP_BYTES)) {
                if (unpacking.heldBytes() > MOST_HELD_BYTES) {
                    throw new AssertionError("holds " + unpacking.heldBytes());
                }
            }
        }
        unpacking.end();
    }
}
