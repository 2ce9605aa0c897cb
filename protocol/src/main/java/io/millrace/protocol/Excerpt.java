package io.millrace.protocol;

import java.util.HexFormat;

/**
 * What a peer sent, as it may be shown in a log: of bounded length, and in characters that can't
 * break a line or pretend to be another one.
 */
final class Excerpt {
    /** Bytes that are shown; an ellipsis stands for the rest. */
    static final int MAX_BYTES = 256;

    /** Bytes that are shown of what is no command at all. */
    static final int FEW_BYTES = 32;

    private static final String ELLIPSIS = "...";

    private Excerpt() {}

    /** The bytes, those that aren't printable ASCII as {@code \\xNN}. */
    static String of(Region bytes, int offset, int length) {
        return of(bytes, offset, length, Math.min(length, MAX_BYTES));
    }

    /**
     * The first few bytes of something that nobody understands. A brace and all behind it are left
     * out: in a CONNECT that was misspelled, there are passwords.
     */
    static String few(Region bytes, int offset, int length) {
        int shown = 0;
        while (shown < Math.min(length, FEW_BYTES) && bytes.getByte(offset + shown) != '{') {
            shown++;
        }
        return of(bytes, offset, length, shown);
    }

    private static String of(Region bytes, int offset, int length, int shown) {
        StringBuilder text = new StringBuilder(shown + ELLIPSIS.length());
        for (int i = 0; i < shown; i++) {
            append(text, bytes.getByte(offset + i));
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
