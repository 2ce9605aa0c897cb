package io.millrace.broker.log;

import java.util.HexFormat;

/**
 * Makes text harmless for a line: whatever a client put into its name or a subject, a reader of the
 * log (a terminal, {@code grep}, a collector) sees one line that the server wrote.
 *
 * <p>Escaped are the C0 and C1 controls (line ends, and the escape sequences of terminals), the two
 * Unicode line separators, and the bidirectional controls, which can make a line read differently
 * from what it holds. A tab stays. A backslash stays too, as the reference's lines need it to.
 */
final class LineEscape {
    private LineEscape() {}

    /** Returns the text itself when there is nothing to escape, which is nearly always. */
    static String escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (harmful(text.charAt(i))) {
                return escapeFrom(text, i);
            }
        }
        return text;
    }

    static boolean harmful(char c) {
        if (c >= ' ' && c < 0x7f) {
            return false;
        }
        return c == '\u2028'
                || c == '\u2029'
                || (c >= '\u202a' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069')
                || (Character.isISOControl(c) && c != '\t');
    }

    private static String escapeFrom(String text, int first) {
        StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (harmful(c)) {
                appendEscape(line, c);
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }

    private static void appendEscape(StringBuilder line, char c) {
        switch (c) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            default -> appendUnicode(line, c);
        }
    }

    /** Appends a backslash, {@code u} and four hexadecimal digits, as JSON and Java write it. */
    static void appendUnicode(StringBuilder line, char c) {
        line.append("\\u").append(HexFormat.of().toHexDigits(c));
    }
}
