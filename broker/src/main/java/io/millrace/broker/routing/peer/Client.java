package io.millrace.broker.routing.peer;

import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.PermitMemory;
import io.millrace.broker.routing.account.ReplyPermits;
import io.millrace.protocol.ConnectOptions;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * A client as the router knows it.
 *
 * <p>Made by the connection, owned by the routing thread from its opening to its end.
 */
public final class Client implements Sender, Asker {
    public final Peer peer;
    public final String nonce;
    public Identity identity = Identity.claimedBy(ConnectOptions.BEFORE_CONNECT.credentials());

    public ConnectOptions options = ConnectOptions.BEFORE_CONNECT;

    /** Whether it has said who it is, or was let in without. */
    public boolean connected;

    public boolean firstPongSent;

    /** Whether its address is its own, and not perhaps that of a proxy. */
    public boolean originKnown = true;

    /** Whether it was sent INFO. */
    public boolean greeted;

    /** The largest payload that it was told of last. */
    public int toldPayloadBytes;

    /** The account among whose clients it is counted. */
    public @Nullable Account counted;

    /** What was agreed upon with a client that uses TLS. */
    public @Nullable TlsSession tls;

    /**
     * Makes a client that comes over a socket.
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
        this(id, Remote.socket(ip, port), account, nonce, end, outbound);
    }

    /**
     * Makes a client.
     *
     * @param id the number the server gave the connection
     * @param account where it belongs until it says who it is
     * @param nonce what it is to sign; empty for none
     */
    public Client(
            long id,
            Remote remote,
            Account account,
            String nonce,
            FarEnd end,
            OutboundQueue outbound) {
        peer = new Peer(PeerKind.CLIENT, id, remote, end, outbound);
        peer.client = this;
        peer.asker = this;
        peer.belongsTo(account);
        speaks(options);
        this.nonce = nonce;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public void route(FrameRouting routing, int count, long nowNs) {
        routing.of(this, count, nowNs);
    }

    /** The account it is in. */
    public Account account() {
        return Objects.requireNonNull(peer.account);
    }

    /** Who it is, as far as that is known. Routing thread. */
    public Identity identity() {
        return identity;
    }

    @Override
    public String user() {
        return identity.name();
    }

    @Override
    public String name() {
        return peer.name;
    }

    @Override
    public String lang() {
        return options.lang();
    }

    @Override
    public String version() {
        return options.version();
    }

    @Override
    public String type() {
        return peer.medium().type();
    }

    /** What it signs to prove that it has an nkey; empty for none. Any thread. */
    public String nonce() {
        return nonce;
    }

    /** What was agreed upon with a client that uses TLS; empty for one that doesn't. */
    public Optional<TlsSession> tls() {
        return Optional.ofNullable(tls);
    }

    /** It has said so much, and isn't believed. */
    public void claims(ConnectOptions said) {
        options = said;
        peer.name = said.name();
        identity = Identity.claimedBy(said.credentials());
        peer.chargeSaid(said.textLength());
    }

    public void connect(
            ConnectOptions connectOptions,
            Identity newIdentity,
            Account newAccount,
            PermitMemory permits) {
        options = connectOptions;
        connected = true;
        peer.saidWhoItIs();
        peer.name = connectOptions.name();
        speaks(connectOptions);
        peer.chargeSaid(connectOptions.textLength());
        is(newIdentity, newAccount, permits);
        peer.label = peer.address + " - " + peer.idLabel() + ":" + peer.id;
        for (String part : new String[] {describe(connectOptions), newIdentity.label()}) {
            if (!part.isEmpty()) {
                peer.label += " - \"" + part + '"';
            }
        }
    }

    private void speaks(ConnectOptions how) {
        peer.echo = how.echo();
        peer.headers = how.headers();
        peer.verbose = how.verbose();
        peer.pedantic = how.pedantic();
        peer.noResponders = how.noResponders();
    }

    /** From here on the client is somebody else, or may do something else. */
    public void is(Identity newIdentity, Account newAccount, PermitMemory permits) {
        identity = newIdentity;
        peer.belongsTo(newAccount);
        Permissions permissions = newIdentity.permissions();
        ResponseRule responses = permissions == null ? null : permissions.responses();
        peer.permissions = permissions;
        peer.releasePermits();
        peer.replyPermits =
                responses == null ? null : new ReplyPermits(responses, peer.debtor, permits);
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
