package io.millrace.broker.config.websocket;

import io.millrace.broker.config.Durations;
import io.millrace.broker.config.auth.AuthChecks;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.listen.ListenOptions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What is wrong with the options of WebSocket clients, from whatever source they come. Without a
 * port, nothing is.
 */
public final class WebSocketChecks {
    /** What only the answer itself may say. */
    private static final Set<String> RESERVED_HEADERS =
            Set.of("host", "content-length", "connection", "upgrade", "nats-no-masking");

    private static final String RESERVED_PREFIX = "sec-websocket-";

    private WebSocketChecks() {}

    /**
     * Everything that is wrong; empty if nothing is.
     *
     * @param auth who may connect without WebSocket
     */
    public static List<String> problems(WebSocketOptions websocket, AuthOptions auth) {
        if (!websocket.isOn()) {
            return List.of();
        }
        List<String> problems = new ArrayList<>();
        if (websocket.port() < ListenOptions.ANY_PORT || websocket.port() > 65_535) {
            problems.add(
                    "websocket port must be 1..65535, -1 for any free one, or 0 for none: "
                            + websocket.port());
        }
        if (!websocket.tls().enabled() && !websocket.noTls()) {
            problems.add("websocket requires TLS configuration");
        }
        websocket.allowedOrigins().forEach(origin -> problems.add(originProblem(origin)));
        problems.addAll(AuthChecks.noAuthUserProblems(websocket.noAuthUser(), auth));
        problems.addAll(loginProblems(websocket, auth));
        websocket.headers().forEach((name, value) -> problems.add(headerProblem(name, value)));
        problems.add(
                Durations.negativeProblem(
                        "websocket handshake_timeout", websocket.handshakeTimeout()));
        problems.add(
                Durations.negativeProblem(
                        "websocket authorization timeout", websocket.authTimeout()));
        problems.add(
                Durations.negativeProblem("websocket ping_interval", websocket.pingInterval()));
        problems.removeIf(String::isEmpty);
        return problems;
    }

    private static String originProblem(String origin) {
        String scheme = PageOrigin.schemeOf(origin);
        if (scheme.isEmpty()) {
            return "unable to parse allowed origin: parse \""
                    + origin
                    + "\": invalid URI for request";
        }
        String begun = "unable to parse allowed origin \"" + origin + "\": ";
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return begun + "allowed origins must be absolute URLs with http or https scheme";
        }
        if (PageOrigin.of(origin).isPresent()) {
            return "";
        }
        return begun + (origin.endsWith("//") ? "host is required" : "invalid host or port");
    }

    private static List<String> loginProblems(WebSocketOptions websocket, AuthOptions auth) {
        List<String> problems = new ArrayList<>();
        if (!auth.users().isEmpty()) {
            if (!websocket.username().isEmpty()) {
                problems.add(incompatible("username"));
            }
            if (!websocket.token().isEmpty()) {
                problems.add(incompatible("token"));
            }
        }
        if (!websocket.jwtCookie().isEmpty()) {
            problems.add(
                    "trusted operators or trusted keys configuration is required for JWT"
                            + " authentication via cookie \""
                            + websocket.jwtCookie()
                            + '"');
        }
        return problems;
    }

    private static String incompatible(String what) {
        return "websocket authentication " + what + " not compatible with presence of users/nkeys";
    }

    private static String headerProblem(String name, String value) {
        String small = name.toLowerCase(Locale.ROOT);
        if (RESERVED_HEADERS.contains(small)) {
            return "websocket: invalid header \"" + name + "\" not allowed";
        }
        if (small.startsWith(RESERVED_PREFIX)) {
            return "websocket: invalid header \""
                    + name
                    + "\", \"Sec-WebSocket-\" prefix not allowed";
        }
        boolean token = !name.isEmpty() && name.chars().allMatch(WebSocketChecks::isOfName);
        boolean line = value.chars().noneMatch(each -> each < ' ' && each != '\t' || each > '~');
        return token && line
                ? ""
                : "websocket: header \"" + name + "\" can't be written as a line of HTTP";
    }

    /** Whether HTTP has it in the name of a header. */
    private static boolean isOfName(int letter) {
        return letter > ' ' && letter < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(letter) < 0;
    }
}
