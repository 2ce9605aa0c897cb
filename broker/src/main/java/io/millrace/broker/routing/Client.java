package io.millrace.broker.routing;

import io.millrace.broker.config.PermissionOptions.ResponseRule;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.protocol.ConnectOptions;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;

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
    final int port;
    final Instant started = Instant.now();
    final ClientPeer peer;
    final OutboundQueue outbound;

    final String nonce;

    /** Subscriptions by sid, whose bytes are taken for characters. */
    final ClientSubscriptions subscriptions = new ClientSubscriptions();

    /** What begins each log line about the client. */
    String label;

    Account account;
    Identity identity = Identity.claimedBy(ConnectOptions.BEFORE_CONNECT.credentials());

    /** What it may do; null if everything is allowed. */
    @Nullable Permissions permissions;

    /** Requests it may answer; null if no answer needs a permit. */
    @Nullable ReplyPermits replyPermits;

    ConnectOptions options = ConnectOptions.BEFORE_CONNECT;
    boolean echo = options.echo();
    boolean headers;

    /** Whether it has said who it is, or was let in without. */
    boolean connected;

    boolean firstPongSent;

    /** Whether it was sent INFO. */
    boolean greeted;

    /** What was agreed upon with a client that uses TLS. */
    @Nullable TlsSession tls;

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

    // Those that the server's counters hold already.
    long outMessagesCounted;
    long outBytesCounted;

    /** When it last published, subscribed or got a message, {@link System#nanoTime}. */
    long lastNs = System.nanoTime();

    /** How often it was held back. */
    long stalls;

    /** Whether it is among the slow consumers. */
    boolean slow;

    /**
     * Makes a client.
     *
     * @param id the number the server gave the connection
     * @param ip the address it comes from
     * @param port the port it comes from
     * @param account where it belongs until it says who it is
     * @param nonce what it is to sign; empty for none
     */
    public Client(
            long id,
            String ip,
            int port,
            Account account,
            String nonce,
            ClientPeer peer,
            OutboundQueue outbound) {
        this.id = id;
        this.ip = ip;
        this.port = port;
        this.address = (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port;
        this.label = address + " - cid:" + id;
        this.account = account;
        this.nonce = nonce;
        this.peer = peer;
        this.outbound = outbound;
    }

    /** Who it is, as far as that is known. Routing thread. */
    public Identity identity() {
        return identity;
    }

    /** What it signs to prove that it has an nkey; empty for none. Any thread. */
    public String nonce() {
        return nonce;
    }

    /** What was agreed upon with a client that uses TLS; empty for one that doesn't. */
    public Optional<TlsSession> tls() {
        return Optional.ofNullable(tls);
    }

    void connect(ConnectOptions connectOptions, Identity newIdentity, Account newAccount) {
        options = connectOptions;
        echo = connectOptions.echo();
        headers = connectOptions.headers();
        connected = true;
        is(newIdentity, newAccount);
        label = address + " - cid:" + id;
        for (String part : new String[] {describe(connectOptions), newIdentity.label()}) {
            if (!part.isEmpty()) {
                label += " - \"" + part + '"';
            }
        }
    }

    /** From here on the client is somebody else, or may do something else. */
    void is(Identity newIdentity, Account newAccount) {
        identity = newIdentity;
        account = newAccount;
        permissions = newIdentity.permissions();
        ResponseRule responses = permissions == null ? null : permissions.responses();
        replyPermits = responses == null ? null : new ReplyPermits(responses);
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
