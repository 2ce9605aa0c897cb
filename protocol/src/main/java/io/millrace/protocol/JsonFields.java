package io.millrace.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the JSON object of a CONNECT or INFO, field by field.
 *
 * <p>As the reference: names in any case, the last of several fields of one name counts, null
 * leaves the default, a field of the wrong type refuses the whole object. Nesting is bounded; the
 * length is by the control line.
 */
final class JsonFields {
    private static final int MAX_DEPTH = 32;
    private static final int REPLACEMENT = 0xFFFD;
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build();

    /** Takes the fields. */
    interface Reader {
        /**
         * Takes a field that isn't null.
         *
         * @param name in lower case
         * @param value stands at its first token, and must be left at its last one
         * @throws IOException if it isn't of the expected type
         */
        void field(String name, JsonParser value) throws IOException;
    }

    private JsonFields() {}

    /**
     * Reads an object.
     *
     * @throws IOException if it isn't one; may quote what was sent, secrets perhaps
     */
    static void read(byte[] json, Reader reader) throws IOException {
        // Decoded here: left to itself, Jackson would guess UTF-16 and refuse what isn't quite
        // UTF-8.
        String text = new String(json, StandardCharsets.UTF_8);
        try (JsonParser in = JSON.createParser(text)) {
            in.nextToken();
            readObject(in, reader);
            if (in.nextToken() != null) {
                throw new IOException("something follows the object");
            }
        }
    }

    /** Reads the object that {@code in} stands at the start of, and leaves it at its end. */
    static void readObject(JsonParser in, Reader reader) throws IOException {
        expect(in, JsonToken.START_OBJECT);
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName().toLowerCase(Locale.ROOT);
            if (in.nextToken() != JsonToken.VALUE_NULL) {
                reader.field(name, in);
            }
        }
        expect(in, JsonToken.END_OBJECT);
    }

    static boolean flag(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_TRUE) {
            return true;
        }
        expect(in, JsonToken.VALUE_FALSE);
        return false;
    }

    /** A whole number; the closest int if it is none. */
    static int number(JsonParser in) throws IOException {
        expect(in, JsonToken.VALUE_NUMBER_INT);
        return Math.clamp(in.getLongValue(), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** A string; half a surrogate pair in it becomes U+FFFD, as in the reference. */
    static String text(JsonParser in) throws IOException {
        expect(in, JsonToken.VALUE_STRING);
        String text = in.getText();
        if (text.codePoints().noneMatch(JsonFields::isHalfAPair)) {
            return text;
        }
        StringBuilder whole = new StringBuilder(text.length());
        text.codePoints().forEach(c -> whole.appendCodePoint(isHalfAPair(c) ? REPLACEMENT : c));
        return whole.toString();
    }

    private static boolean isHalfAPair(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    /** Strings; null among them is left out. */
    static List<String> texts(JsonParser in) throws IOException {
        expect(in, JsonToken.START_ARRAY);
        List<String> texts = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() != JsonToken.VALUE_NULL) {
                texts.add(text(in));
            }
        }
        return List.copyOf(texts);
    }

    private static void expect(JsonParser in, JsonToken token) throws IOException {
        if (in.currentToken() != token) {
            throw new IOException("not of the expected type");
        }
    }
}
