package io.millrace.broker.transport.websocket;

import io.millrace.broker.config.websocket.WebSocketOptions;
import io.millrace.protocol.ConnectOptions.Credentials;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a client proves itself with by cookies. */
final class Cookies {
    private Cookies() {}

    /**
     * Takes it out of the cookies that the options name.
     *
     * @param headers the values of the request's Cookie headers
     */
    static Credentials credentials(List<String> headers, WebSocketOptions options) {
        if (headers.isEmpty()) {
            return Credentials.NONE;
        }
        Map<String, String> cookies = new HashMap<>();
        for (String header : headers) {
            for (String part : header.split(";")) {
                read(part.strip(), cookies);
            }
        }
        return new Credentials(
                value(cookies, options.userCookie()),
                value(cookies, options.passCookie()),
                value(cookies, options.tokenCookie()),
                value(cookies, options.jwtCookie()),
                "",
                "");
    }

    private static void read(String part, Map<String, String> cookies) {
        int equals = part.indexOf('=');
        if (equals > 0) {
            String value = part.substring(equals + 1).strip();
            if (value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")) {
                value = value.substring(1, value.length() - 1);
            }
            if (value.chars().allMatch(Cookies::isOfValue)) {
                cookies.put(part.substring(0, equals).strip(), value);
            }
        }
    }

    /** Whether a cookie's value may have it; as the reference's HTTP library sees it. */
    private static boolean isOfValue(int letter) {
        return letter >= ' ' && letter < 0x7f && letter != '"' && letter != '\\';
    }

    private static String value(Map<String, String> cookies, String name) {
        return name.isEmpty() ? "" : cookies.getOrDefault(name, "");
    }
}
