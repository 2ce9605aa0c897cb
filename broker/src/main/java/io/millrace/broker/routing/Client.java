package io.millrace.broker.routing;

import io.millrace.broker.config.PermissionOptions.ResponseRule;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.protocol.ConnectOptions;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * A client as the router knows it.
 *
 * <p>Made by the connection, owned by the routing thread from {@link Clients#onOpen} to {@link
 * Clients#onClosed}.
 */
public final class Client extends Peer {
    final String nonce;

    /** Subscriptions by sid, whose bytes are taken for characters. */
    final ClientSubscriptions subscriptions = new ClientSubscriptions();

    Account account;
    Identity identity = Identity.claimedBy(ConnectOptions.BEFORE_CONNECT.credentials());

    /** What it may do; null if everything is allowed. */
    @Nullable Permissions permissions;

    /** Requests it may answer; null if no answer needs a permit. */
    @Nullable ReplyPermits replyPermits;

    ConnectOptions options = ConnectOptions.BEFORE_CONNECT;

    /** Whether it has said who it is, or was let in without. */
    boolean connected;

    boolean firstPongSent;

    /** Whether it was sent INFO. */
    boolean greeted;

    /** What was agreed upon with a client that uses TLS. */
    @Nullable TlsSession tls;

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
            FarEnd end,
            OutboundQueue outbound) {
        super(PeerKind.CLIENT, id, ip, port, end, outbound);
        this.account = account;
        this.nonce = nonce;
    }

    @Override
    String name() {
        return options.name();
    }

    @Override
    String accountName() {
        return account.name;
    }

    @Override
    int maxPingsOut(RouterLimits limits) {
        return limits.maxPingsOut();
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

    void connect(
            ConnectOptions connectOptions,
            Identity newIdentity,
            Account newAccount,
            PermitMemory permits) {
        options = connectOptions;
        echo = connectOptions.echo();
        headers = connectOptions.headers();
        connected = true;
        chargeSaid(connectOptions.textLength());
        is(newIdentity, newAccount, permits);
        label = address + " - cid:" + id;
        for (String part : new String[] {describe(connectOptions), newIdentity.label()}) {
            if (!part.isEmpty()) {
                label += " - \"" + part + '"';
            }
        }
    }

    /** From here on the client is somebody else, or may do something else. */
    void is(Identity newIdentity, Account newAccount, PermitMemory permits) {
        identity = newIdentity;
        account = newAccount;
        permissions = newIdentity.permissions();
        ResponseRule responses = permissions == null ? null : permissions.responses();
        releasePermits();
        replyPermits = responses == null ? null : new ReplyPermits(responses, debtor, permits);
    }

    /** No request it got can be answered any more but as its permissions say. */
    void releasePermits() {
        if (replyPermits != null) {
            replyPermits.release();
            replyPermits = null;
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
