package io.millrace.protocol;

import java.util.HexFormat;

/**
 * What a peer sent, as it may be shown in a log: of bounded length, and in characters that can't
 * break a line or pretend to be another one.
 */
final class Excerpt {
    /** Bytes that are shown; an ellipsis stands for the rest. */
    static final int MAX_BYTES = 256;

    private static final String ELLIPSIS = "...";

    private Excerpt() {}

    /** The bytes, those that aren't printable ASCII as {@code \\xNN}. */
    static String of(long address, int length) {
        int shown = Math.min(length, MAX_BYTES);
        StringBuilder text = new StringBuilder(shown + ELLIPSIS.length());
        for (int i = 0; i < shown; i++) {
            append(text, Memory.getByte(address + i));
        }
        return text.append(shown < length ? ELLIPSIS : "").toString();
    }

    private static void append(StringBuilder text, byte b) {
        if (b == '\\') {
            text.append("\\\\");
        } else if (b >= ' ' && b <= '~') {
            text.append((char) b);
        } else {
            text.append("\\x").append(HexFormat.of().toHexDigits(b));
        }
    }
}
