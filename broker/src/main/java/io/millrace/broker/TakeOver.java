package io.millrace.broker;

import io.millrace.broker.auth.Authenticator;
import io.millrace.broker.auth.ConnectionType;
import io.millrace.broker.auth.Login;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.ring.RouterCommand;
import io.millrace.broker.routing.Reassessment;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.peer.Medium;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.transport.tls.TlsContexts;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.ServerInfo;
import io.netty.channel.EventLoop;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntFunction;

/**
 * Has a running server take over other options. Runs on the thread of whoever reloads, one at a
 * time.
 */
final class TakeOver implements Reassessment {
    private final Broker broker;
    private final Options next;
    private final Authenticator before;
    private final Authenticator after;

    /**
     * Changes nothing yet.
     *
     * @param next only what can change while a server runs is looked at
     */
    TakeOver(Broker broker, Options next) {
        this.broker = broker;
        this.next = next;
        before = broker.authentication().current();
        after = Terms.authenticator(next);
    }

    /**
     * Takes them over, as one change on the routing thread; returns once it is made, and every
     * connection knows.
     *
     * @param info what clients are told then, given the port the server is bound to
     * @throws IOException if a certificate can't be used; nothing was changed then
     * @throws IllegalStateException if the server is closed, or closes meanwhile
     */
    void run(IntFunction<ServerInfo> info) throws IOException, InterruptedException {
        broker.changes().begin();
        try {
            change(info);
        } finally {
            broker.changes().done();
        }
    }

    private void change(IntFunction<ServerInfo> info) throws IOException, InterruptedException {
        ClusterPart cluster = broker.cluster();
        RouterCommand routes = cluster == null ? _ -> {} : cluster.prepare(next);
        GatewayPart gateway = broker.gateway();
        RouterCommand gateways = gateway == null ? _ -> {} : gateway.prepare(next);
        ServerInfo told = info.apply(broker.clients().port());
        LeafPart leaf = broker.leaf();
        RouterCommand leafs = leaf == null ? _ -> {} : leaf.prepare(next);
        TlsContexts tls = broker.tls();
        if (tls != null) {
            // Also where nothing was said anew: the files may be others.
            tls.reload(next.tls());
        }
        WebSocketPart webSocket = broker.webSocket();
        if (webSocket != null) {
            webSocket.reload(next);
        }
        broker.inForce().use(next);
        broker.ledger().bound(Terms.memory(next));
        // New logins are judged by the new rules even before the router judges the old ones.
        broker.authentication().use(after);
        List<AccountPlan> accounts = Terms.accounts(next);
        broker.asking()
                .ask(
                        router -> {
                            router.onAccounts(accounts);
                            if (webSocket != null) {
                                router.clients().onWebSocketInfo(webSocket.info(next));
                            }
                            router.onReload(Terms.router(next), told, next.log(), this);
                            routes.run(router);
                            gateways.run(router);
                            leafs.run(router);
                            return next;
                        });
        if (leaf == null && next.leaf().isOn()) {
            broker.makeLeaf(told, next).start(next);
        }
        SystemPart system = broker.system();
        if (system != null) {
            system.use(next);
        }
        JetStreamPart jetStream = broker.jetStream();
        if (jetStream != null) {
            // Behind the accounts, whose streams it listens for.
            jetStream.use(next);
        }
        awaitConnections();
    }

    /** Waits until the loops have done what the router has asked of their connections. */
    private void awaitConnections() throws InterruptedException {
        try {
            for (EventLoop loop : broker.threads().eventLoops().loops()) {
                loop.submit(() -> {}).sync();
            }
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the server is closed", e);
        }
    }

    @Override
    public Optional<Identity> of(
            Credentials credentials, Optional<TlsSession> session, Medium medium, Identity was) {
        X509Certificate certificate = session.flatMap(TlsSession::peerCertificate).orElse(null);
        TlsOptions tlsOptions = medium == Medium.WEBSOCKET ? next.websocket().tls() : next.tls();
        Set<String> pins = tlsOptions.pinnedCerts();
        if (certificate != null && session.filter(tls -> tls.isPinned(pins)).isEmpty()) {
            return Optional.empty();
        }
        ConnectionType type = ConnectionType.of(medium);
        Login login = new Login(credentials, "", certificate, type);
        return after.of(type).reassess(before.of(type), login, was);
    }

    @Override
    public boolean knows(Identity was) {
        return after.knows(was);
    }
}
