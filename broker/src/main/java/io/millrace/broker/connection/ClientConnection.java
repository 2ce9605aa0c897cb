package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.Authenticator;
import io.millrace.broker.auth.Login;
import io.millrace.broker.auth.Verdict;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Remote;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.ConnectParser;
import io.millrace.protocol.ProtocolError;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;

/** A client's connection: how it begins, and how the client logs in. Belongs to its I/O loop. */
public final class ClientConnection implements LinkKind, Greeted {
    private final Supplier<ConnectionLimits> currentLimits;
    private final Authentication authentication;
    private final IoLoop loop;
    private final Link link;
    private final Client client;
    private final int channelBytes;
    private final CommandParser parser;
    private final Credentials fallback;
    private ConnectOptions options = ConnectOptions.BEFORE_CONNECT;
    private @Nullable TlsSession tls;

    /** The name of the account that it is in, as far as this end knows. */
    private String account;

    /**
     * Makes the connection of an accepted channel.
     *
     * @param channelBytes what the channel takes up on the heap for as long as it is open
     * @param id number of the connection in its server
     * @param first the account where the client belongs until it says who it is
     * @param currentLimits the limits that hold when it asks for them
     * @param authentication lets it in
     */
    public ClientConnection(
            Channel channel,
            int channelBytes,
            long id,
            IoLoop loop,
            Account first,
            ChunkPool chunks,
            Supplier<ConnectionLimits> currentLimits,
            Authentication authentication,
            ServerLog log) {
        this(
                channel,
                Origin.of(channel.remoteAddress()),
                channelBytes,
                id,
                loop,
                first,
                chunks,
                currentLimits,
                authentication,
                Credentials.NONE,
                log);
    }

    /**
     * The same of a channel that isn't what the client itself has come by.
     *
     * @param fallback what counts where CONNECT doesn't say otherwise
     */
    public ClientConnection(
            Channel channel,
            Origin origin,
            int channelBytes,
            long id,
            IoLoop loop,
            Account first,
            ChunkPool chunks,
            Supplier<ConnectionLimits> currentLimits,
            Authentication authentication,
            Credentials fallback,
            ServerLog log) {
        this.fallback = fallback;
        this.currentLimits = currentLimits;
        this.authentication = authentication;
        this.loop = loop;
        this.channelBytes = channelBytes;
        account = first.name;
        ConnectionLimits limits = currentLimits.get();
        link = new Link(channel, origin, loop, chunks, limits, log);
        client =
                new Client(
                        id,
                        link.origin().remote(channelBytes),
                        first,
                        authentication.nonce(),
                        link,
                        link.outbound());
        parser = new CommandParser(limits.maxControlLineBytes(), limits.maxPayloadBytes());
        boolean mustConnect = rules().isRequired();
        link.begin(
                this,
                client,
                parser,
                new Manners(!mustConnect, mustConnect, PingPolicy.CLIENT, true));
    }

    /** Who judges it now. */
    private Authenticator rules() {
        return authentication.current().of(link.origin().type());
    }

    @Override
    public Link link() {
        return link;
    }

    @Override
    public void opened() {
        open();
        ready();
    }

    @Override
    public void ended(CloseReason why) {
        loop.command(router -> router.clients().onClosed(client, why));
    }

    // --- behind a proxy; whoever is in front of this in the pipeline calls these, on the loop

    /** A proxy may be about to say for whom it connects; to be called before it opens. */
    public void awaitOrigin() {
        client.originKnown = false;
    }

    /**
     * It is known where it comes from.
     *
     * @param source for whom a proxy has connected; null for nobody but itself
     */
    public void comesFrom(@Nullable InetSocketAddress source) {
        if (source != null) {
            link.comesFrom(source);
        }
        Remote remote = link.origin().remote(channelBytes);
        loop.command(router -> router.clients().onOrigin(client, remote));
    }

    /**
     * What a proxy has said makes no sense, which ends the connection.
     *
     * @param why for the log
     */
    public void proxyRefused(String why) {
        link.hearNoMore();
        loop.command(router -> router.clients().onProxyRefused(client, why));
    }

    // --- the way into TLS; whoever is in front of this in the pipeline calls these, on the loop

    @Override
    public void open() {
        loop.command(router -> router.clients().onOpen(client));
    }

    @Override
    public void openSilently() {
        loop.command(router -> router.clients().onOpenSilently(client));
    }

    @Override
    public void greet() {
        loop.command(router -> router.clients().onGreet(client));
    }

    @Override
    public void handshakeBegins() {
        loop.command(router -> router.clients().onHandshake(client));
    }

    @Override
    public void handshakeFailed(String cause, boolean probe, boolean inTheClear) {
        link.hearNoMore();
        loop.command(
                router -> router.clients().onHandshakeFailed(client, cause, probe, inTheClear));
    }

    @Override
    public void secured(TlsSession session) {
        tls = session;
        loop.command(router -> router.clients().onSecured(client, session));
        ready();
    }

    @Override
    public void ready() {
        link.keepAlive().ready(System.nanoTime());
    }

    @Override
    public void refuse(ProtocolError error, CloseReason why) {
        link.refuse(error, why, "");
    }

    @Override
    public void holdReading() {
        link.pauses().begin(Pauses.OPENING);
    }

    @Override
    public void startReading() {
        link.pauses().end(Pauses.OPENING);
    }

    // --- reading

    @Override
    public Inbound.Next said(int op, byte[] json) {
        link.traceConnect(json);
        ConnectOptions said;
        try {
            said = ConnectParser.parse(json, options);
        } catch (ConnectParser.MalformedConnectException e) {
            return link.refuse(
                    ProtocolError.MALFORMED, CloseReason.PROTOCOL_VIOLATION, e.getMessage());
        }
        if (!link.limits().headers()) {
            said = said.withoutHeaders();
        }
        said = said.with(said.credentials().or(fallback));
        options = said;
        parser.headers(said.headers());
        return judge(said);
    }

    private Inbound.Next judge(ConnectOptions said) {
        Authenticator rules = rules();
        return switch (rules.judge(login(said))) {
            case Verdict.Admitted(Identity identity) -> admit(said, identity, rules);
            case Verdict.Refused(String why) -> turnAway(said, why);
            case Verdict.Unproved unproved ->
                    new Proving(
                                    link,
                                    () -> admit(said, unproved.identity(), rules),
                                    () -> turnAway(said, "The proof doesn't hold"))
                            .begin(authentication, unproved);
        };
    }

    private Login login(ConnectOptions said) {
        Optional<X509Certificate> certificate =
                Optional.ofNullable(tls).flatMap(TlsSession::peerCertificate);
        return new Login(
                said.credentials(), client.nonce(), certificate.orElse(null), link.origin().type());
    }

    /** The client is who it says. */
    private Inbound.Next admit(ConnectOptions said, Identity identity, Authenticator rules) {
        if (said.newAccount() || !said.account().isEmpty()) {
            return turnAway(said, "account is not the client's to choose");
        }
        if (said.protocol() < 0 || said.protocol() > 1) {
            return link.refuse(
                    ProtocolError.INVALID_CLIENT_PROTOCOL,
                    CloseReason.BAD_CLIENT_PROTOCOL_VERSION,
                    "");
        }
        if (said.noResponders() && !said.headers()) {
            return link.refuse(
                    ProtocolError.NO_RESPONDERS_REQUIRES_HEADERS,
                    CloseReason.NO_RESPONDERS_REQUIRES_HEADERS,
                    "");
        }
        admit(identity);
        loop.command(router -> router.admission().onConnect(client, said, identity));
        if (!isStill(identity, said, rules)) {
            return turnAway(said, "The users changed while it logged in");
        }
        return Inbound.Next.GO_ON;
    }

    /** What follows is parsed within the limits of its account. */
    private void admit(Identity identity) {
        account = identity.account();
        link.inbound().use(limits());
        link.admit();
        link.keepAlive().connected(System.nanoTime());
    }

    private ConnectionLimits limits() {
        return currentLimits.get().within(authentication.current().limits(account));
    }

    /**
     * Whether it is let in as the same under the rules there are now: the router may have looked at
     * who is before it heard of this one.
     */
    private boolean isStill(Identity identity, ConnectOptions said, Authenticator rules) {
        Authenticator now = rules();
        return now == rules
                || now.reassess(rules, login(said), identity)
                        .filter(other -> other.account().equals(identity.account()))
                        .filter(
                                other ->
                                        Permissions.same(
                                                other.permissions(), identity.permissions()))
                        .isPresent();
    }

    /** The client isn't who it says, or didn't say it. */
    private Inbound.Next turnAway(ConnectOptions said, String why) {
        link.hearNoMore();
        loop.command(router -> router.admission().onAuthenticationFailure(client, said, why));
        return Inbound.Next.END;
    }

    @Override
    public boolean speaksUnasked() {
        Authenticator rules = rules();
        Optional<Identity> anonymous = rules.anonymous(link.origin().type());
        if (anonymous.isEmpty()) {
            turnAway(options, "spoke before CONNECT");
            return false;
        }
        admit(anonymous.get());
        loop.command(router -> router.admission().onAnonymous(client, anonymous.get()));
        if (rules() != rules) {
            // As in admit: the router may have looked before it heard of this one.
            turnAway(options, "The users changed while it began to speak");
            return false;
        }
        return true;
    }

    @Override
    public void reconfigure() {
        loop.execute(() -> link.use(limits()));
    }
}
