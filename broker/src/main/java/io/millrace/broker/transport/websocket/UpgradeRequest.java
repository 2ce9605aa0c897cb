package io.millrace.broker.transport.websocket;

import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafUrl;
import io.millrace.broker.connection.WebSocketHandshake;
import io.millrace.broker.leaf.LeafTarget;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What this server asks another one for, to be its leaf node by WebSocket, and what it makes of the
 * answer; by RFC 6455, and the reference's rules. Immutable.
 */
public final class UpgradeRequest {
    private static final int SWITCHING_PROTOCOLS = 101;

    /** The answer isn't that the WebSocket is open. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String why) {
            super(why, null, false, false);
        }
    }

    private final String text;
    private final String key;
    private final boolean compress;
    private final boolean noMasking;

    private UpgradeRequest(LeafUrl url, String key, boolean compress, boolean noMasking) {
        this.key = key;
        this.compress = compress;
        this.noMasking = noMasking;
        text =
                "GET "
                        + path(url)
                        + " HTTP/1.1\r\nHost: "
                        + url.address()
                        + "\r\nConnection: Upgrade\r\n"
                        + (noMasking ? UpgradeRules.NO_MASKING + ": true\r\n" : "")
                        + "Sec-WebSocket-Key: "
                        + key
                        + "\r\nSec-WebSocket-Version: 13\r\n"
                        + (compress
                                ? "Sec-WebSocket-Extensions: " + UpgradeRules.DEFLATE + "\r\n"
                                : "")
                        + "Upgrade: websocket\r\n\r\n";
    }

    /** The one for a server that was dialed. */
    public static UpgradeRequest of(LeafTarget target) {
        byte[] key = new byte[UpgradeRules.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        LeafRemote remote = target.remote().options();
        return new UpgradeRequest(
                target.url(),
                Base64.getEncoder().encodeToString(key),
                remote.wsCompress(),
                remote.wsNoMasking());
    }

    /** The path of the URL, and what says that it is for a leaf node. */
    static String path(LeafUrl url) {
        StringBuilder path = new StringBuilder();
        for (byte each : url.path().getBytes(StandardCharsets.UTF_8)) {
            // A blank would end the path, and a line end much more.
            if (each > ' ' && each < 0x7f) {
                path.append((char) each);
            } else {
                path.append('%').append("%02X".formatted(each));
            }
        }
        while (!path.isEmpty() && path.charAt(path.length() - 1) == '/') {
            path.setLength(path.length() - 1);
        }
        return path + Destination.LEAF_NODE_PATH;
    }

    /** The request, as it goes over the wire. */
    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * What was agreed upon by the answer.
     *
     * @throws RefusedException if it isn't what was asked for
     */
    WebSocketHandshake judge(HttpResponse answer) throws RefusedException {
        HttpHeaders said = answer.headers();
        if (answer.status().code() != SWITCHING_PROTOCOLS
                || !said.get("Upgrade", "").equalsIgnoreCase("websocket")
                || !said.get("Connection", "").equalsIgnoreCase("upgrade")
                || !said.get("Sec-WebSocket-Accept", "").equals(UpgradeRules.accept(key))) {
            throw new RefusedException("invalid websocket connection");
        }
        boolean masked = !noMasking || !said.get(UpgradeRules.NO_MASKING, "").equals("true");
        return new WebSocketHandshake(
                compress && compresses(said), masked, false, false, "", Credentials.NONE);
    }

    /** Whether messages are compressed, each for itself, as we can only do it. */
    private static boolean compresses(HttpHeaders said) throws RefusedException {
        for (String extensions : said.getAll("Sec-WebSocket-Extensions")) {
            for (String extension : extensions.split(",")) {
                String[] parts = extension.split(";");
                boolean server = false;
                boolean client = false;
                boolean deflates = false;
                for (String part : parts) {
                    String word = part.strip();
                    deflates |= word.equalsIgnoreCase(UpgradeRules.PERMESSAGE_DEFLATE);
                    server |= word.equalsIgnoreCase(UpgradeRules.SERVER_FORGETS);
                    client |= word.equalsIgnoreCase(UpgradeRules.CLIENT_FORGETS);
                }
                if (deflates && server && client) {
                    return true;
                }
                if (deflates) {
                    throw new RefusedException("compression negotiation error");
                }
            }
        }
        return false;
    }
}
