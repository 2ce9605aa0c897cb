package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * What a request into another account says of the one who asks, in the header {@code
 * Nats-Request-Info}: the account and the round trip time always, everything else where it is
 * shared. What is empty or 0 is left out, as in the reference.
 *
 * @param start when the client came; null where it isn't shared
 * @param id number of the connection
 * @param account whose client asks
 * @param service the account through which the request has come, of a chain of imports the last
 * @param rttNs round trip time of the client, in nanoseconds
 * @param nameTag the account again, where it is shared
 * @param kind {@code Client}, where it is shared
 * @param clientType {@code nats}, where it is shared
 */
public record RequestInfo(
        @Nullable Instant start,
        String host,
        long id,
        String account,
        String service,
        String user,
        String name,
        String lang,
        String version,
        long rttNs,
        String server,
        String cluster,
        String nameTag,
        String kind,
        String clientType) {
    /** What stands before it, and what {@link #is} looks for. */
    public static final String HEADER = "Nats-Request-Info";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");

    private static final byte[] LOWER_CASE =
            "nats-request-info".getBytes(StandardCharsets.US_ASCII);
    private static final int NANOS = 9;

    /** The header's line, with the line end. */
    public byte[] line() {
        return JsonLine.of(
                HEADER + ": ",
                json -> {
                    if (start != null) {
                        json.writeStringField("start", text(start));
                    }
                    JsonLine.writeIfSet(json, "host", host);
                    if (id != 0) {
                        json.writeNumberField("id", id);
                    }
                    JsonLine.writeIfSet(json, "acc", account);
                    JsonLine.writeIfSet(json, "svc", service);
                    JsonLine.writeIfSet(json, "user", user);
                    JsonLine.writeIfSet(json, "name", name);
                    JsonLine.writeIfSet(json, "lang", lang);
                    JsonLine.writeIfSet(json, "ver", version);
                    if (rttNs != 0) {
                        json.writeNumberField("rtt", rttNs);
                    }
                    JsonLine.writeIfSet(json, "server", server);
                    JsonLine.writeIfSet(json, "cluster", cluster);
                    JsonLine.writeIfSet(json, "name_tag", nameTag);
                    JsonLine.writeIfSet(json, "kind", kind);
                    JsonLine.writeIfSet(json, "client_type", clientType);
                },
                "\r\n");
    }

    /** As Go writes times: as many digits of a second as it takes. */
    private static String text(Instant time) {
        String digits = String.format("%09d", time.getNano());
        int kept = NANOS;
        while (kept > 0 && digits.charAt(kept - 1) == '0') {
            kept--;
        }
        return TIME.format(time.atOffset(ZoneOffset.UTC))
                + (kept == 0 ? "" : "." + digits.substring(0, kept))
                + "Z";
    }

    /**
     * Whether a line of headers is this one, in whatever spelling, and with whatever blanks around
     * its name.
     *
     * @param from where the line begins
     * @param to where it ends, at most
     */
    public static boolean is(Region headers, int from, int to) {
        int at = from;
        while (at < to && isBlank(headers.getByte(at))) {
            at++;
        }
        if (to - at <= LOWER_CASE.length) {
            return false;
        }
        for (byte letter : LOWER_CASE) {
            byte b = headers.getByte(at);
            if ((b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != letter) {
                return false;
            }
            at++;
        }
        while (at < to && isBlank(headers.getByte(at))) {
            at++;
        }
        return at < to && headers.getByte(at) == ':';
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
