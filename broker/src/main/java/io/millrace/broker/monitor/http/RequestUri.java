package io.millrace.broker.monitor.http;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/**
 * What stands in the first line of a request, taken apart as Go's {@code net/url} does it for the
 * reference. Characters stand for bytes, as ISO 8859-1 has them.
 *
 * @param path with its escapes; empty if there is none
 * @param query behind the question mark; empty if there is none
 */
record RequestUri(String path, String query) {
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");

    private static final Pattern ESCAPED = Pattern.compile("%[0-9A-Fa-f]{2}");

    private static final Pattern USER_INFO = Pattern.compile("[A-Za-z0-9._:~!$&'()*+,;=@-]*");

    /** A name has bytes escaped that are no ASCII, and no others. */
    private static final Pattern ESCAPED_IN_NAME = Pattern.compile("%[89A-Fa-f][0-9A-Fa-f]");

    /** A name or an address, and maybe a port. */
    private static final Pattern HOST =
            Pattern.compile(
                    "[A-Za-z0-9._~!$&'()*+,;=<>\"\\x80-\\xff-]*(:\\d*)?"
                            + "|\\[[0-9A-Fa-f:.]+(%25[A-Za-z0-9._~-]+)?](:\\d*)?");

    /** Takes it apart; null if it is none. */
    static @Nullable RequestUri parse(String method, String target) {
        if (target.isEmpty() || target.chars().anyMatch(RequestUri::isControl)) {
            return null;
        }
        boolean authorityAlone = method.equals("CONNECT") && !target.startsWith("/");
        String uri = authorityAlone ? "http://" + target : target;
        int scheme = schemeEnd(uri);
        String rest = uri.substring(scheme == 0 ? 0 : scheme + 1);
        int mark = rest.indexOf('?');
        String query = mark < 0 ? "" : rest.substring(mark + 1);
        String path = mark < 0 ? rest : rest.substring(0, mark);
        if (!path.startsWith("/")) {
            // What has a scheme and no path means nothing here; the rest could be anything.
            return scheme == 0 ? null : new RequestUri("", query);
        }
        if (scheme > 0 && path.startsWith("//")) {
            int end = path.indexOf('/', 2);
            String authority = path.substring(2, end < 0 ? path.length() : end);
            if (!isAuthority(authority)) {
                return null;
            }
            path = end < 0 ? "" : path.substring(end);
        }
        return Escapes.areValid(path) ? new RequestUri(Escapes.normal(path), query) : null;
    }

    private static boolean isControl(int c) {
        return c < ' ' || c == 0x7f;
    }

    /** Where the scheme's colon is; 0 if there is no scheme. */
    private static int schemeEnd(String uri) {
        int colon = uri.indexOf(':');
        return colon > 0 && SCHEME.matcher(uri.substring(0, colon)).matches() ? colon : 0;
    }

    /**
     * Escapes are made one character each before: a pattern that takes them or characters in turn
     * would need the more stack the longer the text is.
     */
    private static boolean isAuthority(String authority) {
        int at = authority.lastIndexOf('@');
        String host = ESCAPED_IN_NAME.matcher(authority.substring(at + 1)).replaceAll("\u0080");
        String user = ESCAPED.matcher(authority.substring(0, Math.max(0, at))).replaceAll("~");
        return HOST.matcher(host).matches() && USER_INFO.matcher(user).matches();
    }
}
