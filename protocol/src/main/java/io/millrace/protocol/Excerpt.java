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

    // Control characters that have an escape of their own, and its letter.
    private static final String NAMED = "\u0007\b\f\n\r\t\u000b";
    private static final String NAMES = "abfnrtv";

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

    /** A text between quotation marks, without the marks, as Go writes it; however long. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length());
        text.codePoints().forEach(c -> appendQuoted(quoted, c));
        return quoted.toString();
    }

    private static void appendQuoted(StringBuilder quoted, int c) {
        if (c == '"' || c == '\\') {
            quoted.append('\\').append((char) c);
        } else if (c >= ' ' && c <= '~') {
            quoted.append((char) c);
        } else if (c < ' ' && NAMED.indexOf(c) >= 0) {
            quoted.append('\\').append(NAMES.charAt(NAMED.indexOf(c)));
        } else if (c <= 0x7F) {
            quoted.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
        } else if (isPrintable(c)) {
            quoted.appendCodePoint(c);
        } else if (c < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
            quoted.append("\\u").append(HexFormat.of().toHexDigits((char) c));
        } else {
            quoted.append("\\U").append(HexFormat.of().toHexDigits(c));
        }
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
