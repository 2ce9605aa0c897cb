package io.millrace.broker.routing.crossing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Headers as text, by their names in the usual spelling: {@code X-B3-Traceid}. */
final class HeaderText {
    private static final int ENTRY_BYTES = 96;
    private static final int MOST_BYTES_OF_A_CHARACTER = 2;

    private HeaderText() {}

    /**
     * Reads headers; lines that are none are left out.
     *
     * @param text the whole block, from {@code NATS/1.0} on
     */
    static Map<String, List<String>> parse(String text) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        String[] lines = text.split("\r?\n");
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.computeIfAbsent(usual(lines[i].substring(0, colon)), _ -> new ArrayList<>())
                        .add(lines[i].substring(colon + 1).strip());
            }
        }
        return headers;
    }

    /** About what some take up on the heap, in bytes. */
    static int bytes(Map<String, List<String>> headers) {
        int bytes = 0;
        for (Map.Entry<String, List<String>> each : headers.entrySet()) {
            bytes += ENTRY_BYTES + MOST_BYTES_OF_A_CHARACTER * each.getKey().length();
            for (String value : each.getValue()) {
                bytes += ENTRY_BYTES + MOST_BYTES_OF_A_CHARACTER * value.length();
            }
        }
        return bytes;
    }

    /** Each word of a name with a capital letter in front, as Go's libraries have it. */
    private static String usual(String name) {
        StringBuilder spelled = new StringBuilder(name.length());
        boolean first = true;
        for (char c : name.toCharArray()) {
            spelled.append(first ? Character.toUpperCase(c) : Character.toLowerCase(c));
            first = c == '-';
        }
        return spelled.toString();
    }
}
