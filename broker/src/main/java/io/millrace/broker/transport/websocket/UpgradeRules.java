package io.millrace.broker.transport.websocket;

import io.millrace.broker.config.websocket.WebSocketOptions;
import io.millrace.broker.connection.AddressText;
import io.millrace.broker.connection.WebSocketHandshake;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Judges requests for WebSockets, by RFC 6455 and the options, in the reference's order. Immutable,
 * for any thread.
 */
public final class UpgradeRules {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    static final int KEY_BYTES = 16;

    static final String NO_MASKING = "Nats-No-Masking";
    static final String PERMESSAGE_DEFLATE = "permessage-deflate";
    static final String SERVER_FORGETS = "server_no_context_takeover";
    static final String CLIENT_FORGETS = "client_no_context_takeover";

    /** The only way of compression there is: each message for itself. */
    static final String DEFLATE =
            PERMESSAGE_DEFLATE + "; " + SERVER_FORGETS + "; " + CLIENT_FORGETS;

    private final WebSocketOptions options;
    private final AllowedOrigins origins;
    private final String headers;

    public UpgradeRules(WebSocketOptions options) {
        this.options = options;
        origins = new AllowedOrigins(options);
        StringBuilder lines = new StringBuilder();
        options.headers()
                .forEach(
                        (name, value) ->
                                lines.append(name).append(": ").append(value).append("\r\n"));
        headers = lines.toString();
    }

    /**
     * Judges one.
     *
     * @param tls whether it came over TLS
     */
    Upgrade judge(HttpRequest request, boolean tls) {
        HttpHeaders said = request.headers();
        Destination whom = Destination.of(request.uri());
        if (whom == Destination.MQTT) {
            return Upgrade.Refused.notFound("mqtt websocket endpoint not enabled");
        }
        if (!request.method().equals(HttpMethod.GET)) {
            return Upgrade.Refused.methodNotAllowed("request method must be GET");
        }
        String host = said.get("Host", "");
        if (host.isEmpty()) {
            return Upgrade.Refused.badRequest("'Host' missing in request");
        }
        if (!has(said, "Upgrade", "websocket")) {
            return Upgrade.Refused.badRequest("invalid value for header 'Upgrade'");
        }
        if (!has(said, "Connection", "Upgrade")) {
            return Upgrade.Refused.badRequest("invalid value for header 'Connection'");
        }
        String key = said.get("Sec-WebSocket-Key", "");
        if (key.isEmpty()) {
            return Upgrade.Refused.badRequest("key missing");
        }
        if (!isKey(key)) {
            return Upgrade.Refused.badRequest("invalid websocket key");
        }
        if (!has(said, "Sec-WebSocket-Version", "13")) {
            return Upgrade.Refused.badRequest("invalid version");
        }
        String origin = said.get("Origin", "");
        String wrongOrigin =
                origins.problem(
                        origin.isEmpty() ? said.get("Sec-WebSocket-Origin", "") : origin,
                        host,
                        tls);
        if (!wrongOrigin.isEmpty()) {
            return Upgrade.Refused.forbidden("origin not allowed: " + wrongOrigin);
        }
        WebSocketHandshake agreed = agreed(said, whom);
        return new Upgrade.Agreed(whom, agreed, head(key, agreed));
    }

    private WebSocketHandshake agreed(HttpHeaders said, Destination whom) {
        boolean compressed = options.compression() && wantsCompression(said);
        String agent = said.get("User-Agent", "");
        boolean client = whom == Destination.CLIENT;
        boolean browser = client && agent.startsWith("Mozilla/");
        // Chrome calls itself Safari, too, but has no version of it.
        boolean safari = agent.contains("Version/") && agent.contains("Safari/");
        return new WebSocketHandshake(
                compressed,
                !said.get(NO_MASKING, "").equals("true"),
                browser,
                browser && compressed && safari,
                forwardedFor(said.get("X-Forwarded-For", "")),
                client ? Cookies.credentials(said.getAll("Cookie"), options) : Credentials.NONE);
    }

    private static String forwardedFor(String said) {
        return AddressText.parsed(said) == null ? "" : said;
    }

    private String head(String key, WebSocketHandshake agreed) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: "
                + accept(key)
                + "\r\n"
                + (agreed.compressed() ? "Sec-WebSocket-Extensions: " + DEFLATE + "\r\n" : "")
                + (agreed.masked() ? "" : NO_MASKING + ": true\r\n")
                + headers
                + "\r\n";
    }

    /** What proves that the key was read. */
    static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES && key.endsWith("==");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean wantsCompression(HttpHeaders said) {
        for (String extensions : said.getAll("Sec-WebSocket-Extensions")) {
            for (String extension : extensions.split("[,;]")) {
                if (extension.strip().equalsIgnoreCase(PERMESSAGE_DEFLATE)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a header has a word among others. */
    private static boolean has(HttpHeaders said, String name, String word) {
        for (String value : said.getAll(name)) {
            for (String each : value.split(",")) {
                if (each.strip().equalsIgnoreCase(word)) {
                    return true;
                }
            }
        }
        return false;
    }
}
