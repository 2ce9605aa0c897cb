package io.millrace.broker.routing.crossing;

import io.millrace.broker.delivery.Message;
import io.millrace.protocol.TraceParent;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The headers of distributed tracing by which a request asks that its latency is told: those of
 * Jaeger, Zipkin (in two forms) and W3C, looked for in this order. Routing thread.
 */
final class TracedHeaders {
    private static final String UBER = "Uber-Trace-Id";
    private static final String UBER_CONTEXT = "Uberctx-";
    private static final String B3_SAMPLED = "X-B3-Sampled";
    private static final String B3_TRACE = "X-B3-Traceid";
    private static final List<String> B3_ALL =
            List.of(B3_SAMPLED, B3_TRACE, "X-B3-Parentspanid", "X-B3-Spanid");
    private static final String B3 = "B3";
    private static final String PARENT = "Traceparent";
    private static final String STATE = "Tracestate";
    private static final int PARTS = 4;
    private static final int HEX = 16;

    private TracedHeaders() {}

    /** Those that ask for it; null if none does. */
    static @Nullable Map<String, List<String>> of(Message message) {
        if (message.headerLength() == 0) {
            return null;
        }
        byte[] bytes = message.headerBytes().bytes(message.headerOffset(), message.headerLength());
        return of(HeaderText.parse(new String(bytes, StandardCharsets.UTF_8)));
    }

    static @Nullable Map<String, List<String>> of(Map<String, List<String>> headers) {
        String uber = first(headers, UBER);
        if (uber != null) {
            return isUberSampled(uber) ? some(headers, UBER, UBER_CONTEXT) : null;
        }
        String sampled = first(headers, B3_SAMPLED);
        if ("0".equals(sampled)) {
            return null;
        }
        if ("1".equals(sampled) || headers.containsKey(B3_TRACE)) {
            Map<String, List<String>> found = new LinkedHashMap<>();
            for (String name : B3_ALL) {
                copy(headers, name, found);
            }
            return found;
        }
        String b3 = first(headers, B3);
        if (b3 != null) {
            return isB3Denied(b3) ? null : Map.of(B3, headers.get(B3));
        }
        String parent = first(headers, PARENT);
        return parent != null && TraceParent.isSampled(parent)
                ? some(headers, PARENT, STATE)
                : null;
    }

    private static @Nullable String first(Map<String, List<String>> headers, String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.getFirst();
    }

    private static Map<String, List<String>> some(
            Map<String, List<String>> headers, String name, String prefix) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        copy(headers, name, found);
        headers.forEach(
                (each, values) -> {
                    if (each.startsWith(prefix)) {
                        found.put(each, values);
                    }
                });
        return found;
    }

    private static void copy(
            Map<String, List<String>> from, String name, Map<String, List<String>> to) {
        List<String> values = from.get(name);
        if (values != null) {
            to.put(name, values);
        }
    }

    /** The lowest bit of the last of four parts. */
    private static boolean isUberSampled(String value) {
        String[] parts = value.split(":", -1);
        return parts.length == PARTS && isOdd(parts[PARTS - 1], 1, 2);
    }

    private static boolean isB3Denied(String value) {
        String[] parts = value.split("-", -1);
        return parts.length > 2 ? parts[2].equals("0") : parts.length == 1 && value.equals("0");
    }

    private static boolean isOdd(String hex, int fewest, int most) {
        if (hex.length() < fewest || hex.length() > most) {
            return false;
        }
        int last = Character.digit(hex.charAt(hex.length() - 1), HEX);
        boolean digits = Character.digit(hex.charAt(0), HEX) >= 0 && last >= 0;
        return digits && (last & 1) == 1;
    }
}
