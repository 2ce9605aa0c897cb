package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.protocol.ConnectOptions;

import java.util.HashMap;
import java.util.Map;

/**
 * A client as the router knows it.
 *
 * <p>Made by the connection, owned by the routing thread from {@link Router#onOpen} to {@link
 * Router#onClosed}.
 */
public final class Client {
    final long id;
    final String address;
    final String ip;
    final ClientPeer peer;
    final OutboundQueue outbound;

    /** Subscriptions by sid, whose bytes are taken for characters. */
    final Map<String, Subscription> subscriptions = new HashMap<>();

    /** What begins each log line about the client. */
    String label;

    Account account;
    ConnectOptions options = ConnectOptions.BEFORE_CONNECT;
    boolean echo = options.echo();
    boolean headers;
    boolean connected;
    boolean firstPongSent;

    /** Whether it is done for: nothing it still sends counts, and nothing more is sent to it. */
    boolean closing;

    CloseReason closeReason = CloseReason.CLIENT_CLOSED;

    int pingsOut;
    long pingSentNs;
    long rttNs;

    long inMessages;
    long inBytes;
    long outMessages;
    long outBytes;

    /**
     * Makes a client.
     *
     * @param id the number the server gave the connection
     * @param ip the address it comes from
     * @param port the port it comes from
     * @param account where it belongs until it says who it is
     */
    public Client(
            long id,
            String ip,
            int port,
            Account account,
            ClientPeer peer,
            OutboundQueue outbound) {
        this.id = id;
        this.ip = ip;
        this.address = (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port;
        this.label = address + " - cid:" + id;
        this.account = account;
        this.peer = peer;
        this.outbound = outbound;
    }

    void connect(ConnectOptions connectOptions) {
        options = connectOptions;
        echo = connectOptions.echo();
        headers = connectOptions.headers();
        connected = true;
        String said = describe(connectOptions);
        if (!said.isEmpty()) {
            label = address + " - cid:" + id + " - \"" + said + "\"";
        }
    }

    /** As the reference: {@code v1.0:lang:name}, whichever of them the client sent. */
    private static String describe(ConnectOptions options) {
        StringBuilder text = new StringBuilder();
        if (!options.version().isEmpty()) {
            text.append('v').append(options.version());
        }
        for (String part : new String[] {options.lang(), options.name()}) {
            if (!part.isEmpty()) {
                text.append(text.isEmpty() ? "" : ":").append(part);
            }
        }
        return text.toString();
    }
}
