package io.millrace.broker.config.websocket;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page comes from: the scheme, host and port of its origin.
 *
 * @param scheme {@code http} or {@code https}, or another that a page was loaded by
 * @param host in small letters; without the brackets of an IPv6 address
 * @param port the one that the scheme has by default, where none is named
 */
public record PageOrigin(String scheme, String host, int port) {
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int LAST_PORT = 65_535;

    /** An origin, as a browser sends it; empty if it isn't an absolute URL with a host. */
    public static Optional<PageOrigin> of(String url) {
        String scheme = schemeOf(url);
        if (scheme.isEmpty()) {
            return Optional.empty();
        }
        String rest = url.substring(scheme.length() + 1);
        if (!rest.startsWith("//")) {
            return Optional.empty();
        }
        int end = 2;
        while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        return at(scheme, rest.substring(2, end));
    }

    /** What stands before the colon of a URL, in small letters; empty if there is none. */
    static String schemeOf(String url) {
        Matcher matcher = SCHEME.matcher(url);
        return matcher.lookingAt() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
    }

    /** The same of a scheme and {@code host[:port]}; empty if that can't be read. */
    public static Optional<PageOrigin> at(String scheme, String hostAndPort) {
        String authority = hostAndPort.substring(hostAndPort.lastIndexOf('@') + 1);
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        String host = hasPort ? authority.substring(0, colon) : authority;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            return Optional.empty();
        }
        int port = scheme.equals("https") ? HTTPS : HTTP;
        if (hasPort) {
            try {
                port = Integer.parseInt(authority.substring(colon + 1));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
        return host.isEmpty() || port < 0 || port > LAST_PORT
                ? Optional.empty()
                : Optional.of(new PageOrigin(scheme, host.toLowerCase(Locale.ROOT), port));
    }
}
