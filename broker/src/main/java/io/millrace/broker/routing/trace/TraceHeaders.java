package io.millrace.broker.routing.trace;

import io.millrace.protocol.TraceParent;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The headers of a message that may ask for a trace, read as the reference does: names as they are
 * spelled, values without the blanks around them, none that is empty.
 */
public final class TraceHeaders {
    public static final String DESTINATION = "Nats-Trace-Dest";
    public static final String HOP = "Nats-Trace-Hop";
    public static final String ORIGIN_ACCOUNT = "Nats-Trace-Origin-Account";
    public static final String ACCEPT_ENCODING = "Accept-Encoding";

    /** A destination that says that the message isn't to be traced, wherever it gets. */
    public static final String DISABLED = "trace disabled";

    private static final String ONLY = "Nats-Trace-Only";
    private static final String PARENT = "traceparent";
    private static final String VERSION = "NATS/1.0\r\n";
    private static final String LINE_END = "\r\n";

    /** Bytes are taken for characters. */
    private final SortedMap<String, List<String>> values = new TreeMap<>();

    private boolean named;
    private boolean sampled;

    private TraceHeaders() {}

    /**
     * Reads headers.
     *
     * @param block the whole block
     * @return null if they don't ask for a trace
     */
    public static @Nullable TraceHeaders of(byte[] block) {
        String text = new String(block, StandardCharsets.ISO_8859_1);
        TraceHeaders read = new TraceHeaders();
        return text.startsWith(VERSION) && read.read(text) && (read.named || read.sampled)
                ? read
                : null;
    }

    /** Whether tracing isn't disabled. */
    private boolean read(String text) {
        int at = VERSION.length();
        while (at < text.length()) {
            int colon = text.indexOf(':', at);
            int end = colon < 0 ? -1 : text.indexOf(LINE_END, behindBlanks(text, colon + 1));
            if (end < 0) {
                return true;
            }
            String name = text.substring(at, colon);
            String value = withoutBlanks(text, colon + 1, end);
            at = end + LINE_END.length();
            if (name.isEmpty() || value.isEmpty()) {
                continue;
            }
            if (!named && name.equals(DESTINATION)) {
                if (value.equals(DISABLED)) {
                    return false;
                }
                named = true;
            } else if (!sampled && name.equalsIgnoreCase(PARENT)) {
                sampled = TraceParent.isSampled(value);
            }
            values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
        }
        return true;
    }

    private static int behindBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static String withoutBlanks(String text, int from, int to) {
        int start = behindBlanks(text, from);
        int end = to;
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Whether only a {@code traceparent} asks, so that it is the account's to say what comes. */
    public boolean isByParent() {
        return !named;
    }

    /** Whether the message is to be traced only, and not delivered. */
    public boolean isOnly() {
        return named
                && switch (first(ONLY).toLowerCase(Locale.ROOT)) {
                    case "1", "true", "on" -> true;
                    default -> false;
                };
    }

    /** The first value of a name, its bytes taken for characters; empty if there is none. */
    public String first(String name) {
        List<String> found = values.get(name);
        return found == null ? "" : found.getFirst();
    }

    /**
     * All of them as text; beyond a bound, only those that say what is traced.
     *
     * @param maxBytes of names and values
     */
    SortedMap<String, List<String>> shown(int maxBytes) {
        SortedMap<String, List<String>> shown = new TreeMap<>();
        int[] left = {maxBytes};
        values.forEach(
                (name, all) -> {
                    List<String> texts = new ArrayList<>(all.size());
                    for (String value : all) {
                        int bytes = 2 * (name.length() + value.length());
                        if (bytes <= left[0] || name.equals(HOP)) {
                            left[0] -= bytes;
                            texts.add(text(value));
                        }
                    }
                    if (!texts.isEmpty()) {
                        shown.put(text(name), Collections.unmodifiableList(texts));
                    }
                });
        return Collections.unmodifiableSortedMap(shown);
    }

    /** The text that bytes are, which are taken for characters. */
    static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
