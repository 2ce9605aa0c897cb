package io.millrace.broker.config.listen;

import io.millrace.broker.config.Secret;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a URL of another server says: {@code scheme://user:password@host:port/path}. What stands
 * behind the path doesn't matter, as in the reference.
 *
 * @param scheme as it is written
 * @param user empty for none
 * @param password null if there is no colon behind the user
 * @param host a name or an address, IPv6 without brackets
 * @param port 1..65535; 0 for none
 * @param path as it is written, with its first slash; empty for none
 */
public record UrlParts(
        String scheme, String user, @Nullable Secret password, String host, int port, String path) {
    private static final String HOST = "[^\\s\\p{Cntrl}:/?#@\\[\\]\\\\%<>\"^`{|}]+";
    private static final String IPV6 = "\\[[0-9A-Fa-f:.]+(?:%25[\\w.~-]+)?]";
    private static final Pattern URL =
            Pattern.compile(
                    "(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
                            + "(?:(?<user>[^/?#:\\s]*)(?::(?<password>[^/?#\\s]*))?@)?"
                            + ("(?<host>" + HOST + "|" + IPV6 + ")")
                            + "(?::(?<port>\\d{0,5}))?"
                            + "(?<path>/[^?#\\p{Cntrl}]*)?(?:[?#].*)?");

    /** Takes a URL apart; empty if it isn't one, or has no host. */
    public static Optional<UrlParts> of(String text) {
        Matcher url = URL.matcher(text.strip());
        if (!url.matches()) {
            return Optional.empty();
        }
        String port = url.group("port");
        boolean hasPort = port != null && !port.isEmpty();
        int number = hasPort ? Integer.parseInt(port) : 0;
        if (hasPort && number < 1 || number > 65_535) {
            return Optional.empty();
        }
        String host = url.group("host").replace("%25", "%");
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        String password = url.group("password");
        String path = url.group("path");
        try {
            return Optional.of(
                    new UrlParts(
                            url.group("scheme"),
                            decoded(url.group("user")),
                            password == null ? null : new Secret(decoded(password)),
                            host,
                            number,
                            path == null ? "" : path));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String decoded(@Nullable String part) {
        // A plus sign stands for itself, outside of forms.
        return part == null
                ? ""
                : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The text without what stands before the last at sign. */
    public static String redacted(String text) {
        int scheme = text.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        int at = text.lastIndexOf('@');
        return at < start ? text : text.substring(0, start) + "xxxxx" + text.substring(at);
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    public static String address(String host, int port) {
        return host(host) + ":" + port;
    }

    /** A host as it stands in a URL: an IPv6 address in brackets. */
    static String host(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
