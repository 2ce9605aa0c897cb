package io.millrace.broker.jetstream.publish;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Writes JSON byte for byte as Go does, which escapes what HTML would mind. */
public final class GoJson {
    private GoJson() {}

    /** Appends a string with its quotation marks. */
    public static StringBuilder quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            switch (each) {
                case '"', '\\' -> json.append('\\').append(each);
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '<', '>', '&', '\u2028', '\u2029' -> escape(json, each);
                default -> {
                    if (each < ' ') {
                        escape(json, each);
                    } else {
                        json.append(each);
                    }
                }
            }
        }
        return json.append('"');
    }

    private static void escape(StringBuilder json, char each) {
        json.append("\\u").append(HexFormat.of().toHexDigits(each));
    }

    /** The bytes of what was written. */
    public static byte[] bytes(StringBuilder json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
