package io.millrace.broker.jetstream.publish;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** Finds a header in the simplest way there is. */
final class NaiveHeaders {
    private final String block;

    NaiveHeaders(byte[] block) {
        this.block = new String(block, StandardCharsets.ISO_8859_1);
    }

    /** The value, null if the header isn't there. */
    @Nullable String value(Header header) {
        int line = block.indexOf("\r\n" + header.text() + ":");
        if (line < 0) {
            return null;
        }
        String rest = block.substring(line + 2 + header.text().length() + 1);
        int blanks = 0;
        while (blanks < rest.length() && rest.charAt(blanks) == ' ') {
            blanks++;
        }
        rest = rest.substring(blanks);
        int end = rest.indexOf("\r\n");
        return end < 0 ? rest : rest.substring(0, end);
    }
}
