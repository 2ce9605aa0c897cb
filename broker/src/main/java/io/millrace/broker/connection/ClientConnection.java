package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.Authenticator;
import io.millrace.broker.auth.Login;
import io.millrace.broker.auth.Verdict;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.Redaction;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.ConnectParser;
import io.millrace.protocol.ProtocolError;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;

/** A client's connection: how it begins, and how the client logs in. Belongs to its I/O loop. */
public final class ClientConnection implements LinkKind {
    private final Supplier<ConnectionLimits> currentLimits;
    private final Authentication authentication;
    private final IoLoop loop;
    private final ServerLog log;
    private final Link link;
    private final Client client;
    private final CommandParser parser;
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
        this.currentLimits = currentLimits;
        this.authentication = authentication;
        this.loop = loop;
        this.log = log;
        account = first.name;
        ConnectionLimits limits = currentLimits.get();
        link = new Link(channel, loop, chunks, limits, log);
        client =
                new Client(
                        id,
                        link.origin().remote(channelBytes),
                        first,
                        authentication.nonce(),
                        link,
                        link.outbound());
        parser = new CommandParser(limits.maxControlLineBytes(), limits.maxPayloadBytes());
        boolean mustConnect = authentication.current().isRequired();
        link.begin(
                this,
                client,
                parser,
                new Manners(!mustConnect, mustConnect, PingPolicy.CLIENT, true));
    }

    /** What goes into the channel's pipeline. */
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

    // --- the way into TLS; whoever is in front of this in the pipeline calls these, on the loop

    /** Has the router take it in and greet it. */
    public void open() {
        loop.command(router -> router.clients().onOpen(client));
    }

    /** Has the router take it in; it is greeted by {@link #greet} or {@link #secured}. */
    public void openSilently() {
        loop.command(router -> router.clients().onOpenSilently(client));
    }

    /** Has the router greet it. */
    public void greet() {
        loop.command(router -> router.clients().onGreet(client));
    }

    /** Its handshake begins. */
    public void handshakeBegins() {
        loop.command(router -> router.clients().onHandshake(client));
    }

    /**
     * Its handshake failed, which ends the connection.
     *
     * @param probe whether it wasn't TLS at all, or nothing
     * @param inTheClear whether nothing was encrypted yet, so that the client can be told
     */
    public void handshakeFailed(String cause, boolean probe, boolean inTheClear) {
        link.hearNoMore();
        loop.command(
                router -> router.clients().onHandshakeFailed(client, cause, probe, inTheClear));
    }

    /** Its handshake is done: from now on it is as good as any. */
    public void secured(TlsSession session) {
        tls = session;
        loop.command(router -> router.clients().onSecured(client, session));
        ready();
    }

    /** It is the client's turn to speak. */
    public void ready() {
        link.keepAlive().ready(System.nanoTime());
    }

    /** Tells the client that it can't stay. */
    public void refuse(ProtocolError error, CloseReason why) {
        link.refuse(error, why, "");
    }

    /** Reads nothing until {@link #startReading}. */
    public void holdReading() {
        link.pauses().begin(Pauses.OPENING);
    }

    public void startReading() {
        link.pauses().end(Pauses.OPENING);
    }

    // --- reading

    @Override
    public Inbound.Next said(int op, byte[] json) {
        if (log.traceEnabled()) {
            String shown = Redaction.connect(new String(json, StandardCharsets.UTF_8));
            loop.command(router -> router.onTrace(client.peer(), "CONNECT " + shown));
        }
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
        options = said;
        parser.headers(said.headers());
        return judge(said);
    }

    private Inbound.Next judge(ConnectOptions said) {
        Authenticator rules = authentication.current();
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
        link.inbound().admit();
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
        Authenticator now = authentication.current();
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
        Authenticator rules = authentication.current();
        Optional<Identity> anonymous = rules.anonymous(link.origin().type());
        if (anonymous.isEmpty()) {
            turnAway(options, "spoke before CONNECT");
            return false;
        }
        admit(anonymous.get());
        loop.command(router -> router.admission().onAnonymous(client, anonymous.get()));
        if (authentication.current() != rules) {
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
