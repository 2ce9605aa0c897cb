package io.millrace.broker.config.cluster;

import io.millrace.broker.config.Secret;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a route leads: {@code nats-route://user:password@host:port}.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param port 1..65535
 * @param user who to be there; empty for the cluster's own user
 * @param password that user's password; none for none
 */
public record RouteUrl(String host, int port, String user, Secret password) {
    /** The port that routes listen on by custom. */
    public static final int DEFAULT_PORT = 6222;

    private static final String HOST = "[^\\s\\p{Cntrl}:/?#@\\[\\]\\\\%<>\"^`{|}]+";
    private static final String IPV6 = "\\[[0-9A-Fa-f:.]+(?:%25[\\w.~-]+)?]";
    private static final Pattern URL =
            Pattern.compile(
                    "[A-Za-z][A-Za-z0-9+.-]*://"
                            + "(?:(?<user>[^/?#:\\s]*)(?::(?<password>[^/?#\\s]*))?@)?"
                            + ("(?<host>" + HOST + "|" + IPV6 + ")")
                            + "(?::(?<port>\\d{0,5}))?"
                            + "(?:[/?#].*)?");

    /**
     * Reads a URL. As in the reference its scheme doesn't matter ({@code nats}, {@code nats-route},
     * {@code tls}), nor does what stands behind the port.
     *
     * @throws IllegalArgumentException if it isn't one, or has no host; the message is the
     *     reference's, without user and password
     */
    public static RouteUrl parse(String text) {
        Matcher url = URL.matcher(text.strip());
        if (!url.matches()) {
            throw bad(text);
        }
        String port = url.group("port");
        int number = port == null || port.isEmpty() ? DEFAULT_PORT : Integer.parseInt(port);
        if (number < 1 || number > 65_535) {
            throw bad(text);
        }
        String host = url.group("host").replace("%25", "%");
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        return new RouteUrl(
                host,
                number,
                decoded(text, url.group("user")),
                new Secret(decoded(text, url.group("password"))));
    }

    private static String decoded(String text, @Nullable String part) {
        try {
            // A plus sign stands for itself, outside of forms.
            return part == null
                    ? ""
                    : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad(text);
        }
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException(
                "error parsing route url [\"" + redacted(text.strip()) + "\"]");
    }

    /** The text without what stands before the last at sign. */
    static String redacted(String text) {
        int scheme = text.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        int at = text.lastIndexOf('@');
        return at < start ? text : text.substring(0, start) + "xxxxx" + text.substring(at);
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    public String address() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** The URL, as the reference logs it: without the password. */
    @Override
    public String toString() {
        String who = user + (password.isEmpty() ? "" : ":xxxxx");
        return "nats-route://" + who + (who.isEmpty() ? "" : "@") + address();
    }
}
