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
    static String of(long address, int length) {
        return of(address, length, Math.min(length, MAX_BYTES));
    }

    /**
     * The first few bytes of something that nobody understands. A brace and all behind it are left
     * out: in a CONNECT that was misspelled, there are passwords.
     */
    static String few(long address, int length) {
        int shown = 0;
        while (shown < Math.min(length, FEW_BYTES) && Memory.getByte(address + shown) != '{') {
            shown++;
        }
        return of(address, length, shown);
    }

    private static String of(long address, int length, int shown) {
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
