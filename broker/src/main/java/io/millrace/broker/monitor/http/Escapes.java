package io.millrace.broker.monitor.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The escapes ({@code %41}) in a path, by the rules of Go's {@code net/url}. Characters stand for
 * bytes, as ISO 8859-1 has them.
 */
final class Escapes {
    private static final String UNRESERVED = "-_.~";

    /** What stands in a path as it is, beside letters and digits. */
    private static final String KEPT = UNRESERVED + "$&+,/:;=@";

    /** What may stand in a path as it is, though nobody who escapes leaves it so. */
    private static final String TOLERATED = KEPT + "!'()*[]";

    private static final HexFormat HEX = HexFormat.of();

    private Escapes() {}

    /** Whether each percent sign begins an escape. */
    static boolean areValid(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (i + 2 >= text.length()
                    || !HexFormat.isHexDigit(text.charAt(i + 1))
                    || !HexFormat.isHexDigit(text.charAt(i + 2))) {
                return false;
            }
        }
        return true;
    }

    /** The bytes that are meant; all escapes must be valid. */
    static String undone(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder bytes = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes.append((char) HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                bytes.append(c);
            }
        }
        return bytes.toString();
    }

    /** A path as it was sent, unless there is something in it that should have been escaped. */
    static String normal(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '%' && !isAlphanumeric(c) && TOLERATED.indexOf(c) < 0) {
                return of(undone(path));
            }
        }
        return path;
    }

    /** Escapes what doesn't stand in a path as it is; also the percent sign. */
    static String of(String bytes) {
        StringBuilder text = new StringBuilder(bytes.length());
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (isAlphanumeric(c) || KEPT.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(HEX.withUpperCase().toHexDigits((byte) c));
            }
        }
        return text.toString();
    }

    /** Escapes what isn't ASCII, and nothing else. */
    static String ofNonAscii(String bytes) {
        StringBuilder text = new StringBuilder(bytes.length());
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (c < 0x80) {
                text.append(c);
            } else {
                text.append('%').append(HEX.toHexDigits((byte) c));
            }
        }
        return text.toString();
    }

    /** The text that the bytes are in UTF-8. */
    static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
