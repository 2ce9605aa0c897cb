package io.millrace.protocol;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Shows bytes as the reference's log does, by Go's rules of quoting: UTF-8 that can be printed as
 * it is, everything else as an escape, so that what a client sent can be told byte for byte.
 */
public final class Quoted {
    private static final String SHORT = "\u0007\b\f\n\r\t\u000b\\\"";
    private static final String SHORT_NAMES = "abfnrtv\\\"";

    private Quoted() {}

    /** A text between quotation marks, without the marks. */
    public static String utf8(String text) {
        return text(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes between quotation marks, without the marks. */
    public static String text(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length + 16);
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        while (true) {
            boolean malformed = decoder.decode(in, out, true).isMalformed();
            out.flip();
            out.codePoints().forEach(c -> append(text, c));
            out.clear();
            if (!malformed) {
                return text.toString();
            }
            appendHex(text, in.get());
            decoder.reset();
        }
    }

    private static void append(StringBuilder text, int c) {
        int known = SHORT.indexOf(c);
        if (known >= 0) {
            text.append('\\').append(SHORT_NAMES.charAt(known));
        } else if (isPrintable(c)) {
            text.appendCodePoint(c);
        } else if (c < 0x80) {
            appendHex(text, (byte) c);
        } else if (c < 0x10000) {
            text.append("\\u").append(HexFormat.of().toHexDigits((char) c));
        } else {
            text.append("\\U").append(HexFormat.of().toHexDigits(c));
        }
    }

    private static void appendHex(StringBuilder text, byte b) {
        text.append("\\x").append(HexFormat.of().toHexDigits(b));
    }

    /** Letters, marks, numbers, punctuation, symbols and the ASCII blank. */
    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
