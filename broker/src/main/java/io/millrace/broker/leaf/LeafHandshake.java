package io.millrace.broker.leaf;

import io.millrace.broker.compression.CompressionChoice;
import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.cluster.ClusterChecks;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafVersion;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.LeafNodes;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.peer.LeafTerms;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.LeafConnect;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.Quoted;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * How two servers get to know each other on a new leaf node connection, until messages cross it.
 * Routing thread.
 *
 * <p>The one that was dialed says INFO, the other one CONNECT, and that is answered with INFO once
 * more, which says what may cross. Where the connection is compressed, both say an INFO with what
 * is chosen before the CONNECT.
 */
final class LeafHandshake {
    /** The level of the protocol between servers from which on messages can be traced. */
    private static final int TRACING_PROTO = 3;

    /** How long to wait after the other side has refused this one's version. */
    static final long MINIMUM_VERSION_DELAY_MS = 5_000;

    private final ThisServer self;
    private final LeafNodes leafs;
    private final Surroundings around;
    private final JoinedLeafs joined;

    /** What else it has to know of this server. Routing thread. */
    interface Surroundings {
        /** The name of its cluster; empty for none. */
        String cluster();

        /** The name of its system account; empty for none. */
        String systemAccount();

        /** Whether an account has JetStream here. */
        boolean hasJetStream(String account);

        /** The domains whose JetStream accounts use by default, by the account's name. */
        Map<String, String> defaultDomains();

        /** What the leaf nodes of an account are held to. */
        AccountLimits limits(String account);

        /** Whether it understands headers. */
        boolean headers();
    }

    LeafHandshake(ThisServer self, LeafNodes leafs, Surroundings around, JoinedLeafs joined) {
        this.self = self;
        this.leafs = leafs;
        this.around = around;
        this.joined = joined;
    }

    // --- before either has presented itself

    /** Says who this server is, if the other one has dialed. */
    void greet(LeafSession session) {
        if (session.isSolicited() || session.greeted) {
            return;
        }
        session.greeted = true;
        Mode mode = self.options().compression().mode();
        boolean silent = mode == Mode.NOT_SUPPORTED || session.deflates;
        leafs.send(
                session.leaf, own(session).compression(silent ? "" : mode.text()).build().line());
    }

    private LinkInfo.Builder own(LeafSession session) {
        return self.info(around.cluster()).toBuilder()
                .clientId(session.leaf.peer().id())
                .nonce(session.nonce);
    }

    /**
     * Both have said what they wish of compression.
     *
     * @param agreed how this server compresses; null if the other one has said something unknown
     * @return whether the connection may stay
     */
    boolean agreeOnCompression(LeafSession session, String wished, @Nullable Mode agreed) {
        if (agreed == null) {
            leafs.refuse(
                    session.leaf,
                    "unsupported route compression mode \"" + Quoted.utf8(wished) + '"',
                    CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        session.compression = agreed;
        if (CompressionChoice.isOn(agreed)) {
            leafs.send(session.leaf, own(session).compression(agreed.text()).build().line());
        }
        return true;
    }

    // --- where this server has dialed

    /** Presents this server to the one that was dialed, which has said who it is. */
    void present(LeafSession session, LinkInfo info, LeafRemote remote, Credentials proof) {
        String cluster = info.cluster();
        if (!isGood(session, cluster)) {
            return;
        }
        session.presented = true;
        session.info = info;
        session.remoteName = info.serverName().isEmpty() ? info.serverId() : info.serverName();
        session.remoteCluster = cluster;
        session.isolated = remote.isolate() || self.options().isolate();
        LinkInfo own = self.info("");
        LeafConnect connect =
                LeafConnect.builder()
                        .version(own.version())
                        .credentials(proof)
                        .serverId(own.serverId())
                        .name(own.serverName())
                        .hub(remote.hub())
                        .cluster(around.cluster())
                        .headers(around.headers() && info.headers())
                        .denyPub(remote.denyImports())
                        .isolate(remote.requestIsolation())
                        .compression(session.compression.text())
                        .jetstream(around.hasJetStream(session.account))
                        .domain(own.domain())
                        .remoteAccount(session.account)
                        .proto(own.proto())
                        .build();
        leafs.send(session.leaf, connect.line());
        leafs.debug(session.leaf, "Remote leafnode connect msg sent");
    }

    private boolean isGood(LeafSession session, String cluster) {
        String problem = ClusterChecks.toldNameProblem(cluster);
        if (!problem.isEmpty()) {
            leafs.refuse(session.leaf, problem, CloseReason.PROTOCOL_VIOLATION);
        }
        return problem.isEmpty();
    }

    /** The server that was dialed has let this one in, or says what may cross from here on. */
    void joinRemote(LeafSession session, LinkInfo info, LeafRemote remote) {
        boolean first = !session.joined;
        if (first && !admits(session)) {
            return;
        }
        Permissions permissions =
                LinkPermissions.ofRemote(
                        info.importRules(),
                        info.exportRules(),
                        remote.denyImports(),
                        remote.denyExports(),
                        border(session));
        // Whoever says the same again doesn't have all interest told again.
        if (!first && Permissions.same(permissions, session.leaf.theirs)) {
            return;
        }
        LinkInfo said = session.info;
        boolean headers = around.headers() && said != null && said.headers();
        join(session, headers, info.proto(), permissions);
    }

    /** Whether the account that the connection is for takes it. */
    private boolean admits(LeafSession session) {
        if (!leafs.hasAccount(session.account)) {
            leafs.error(
                    session.leaf,
                    "Unable to lookup account "
                            + session.account
                            + " for solicited leafnode connection: account missing");
            leafs.end(session.leaf, CloseReason.MISSING_ACCOUNT);
            return false;
        }
        return hasRoom(session);
    }

    private boolean hasRoom(LeafSession session) {
        int most = around.limits(session.account).maxLeafNodes();
        if (most >= 0 && joined.count(session.account) >= most) {
            String text = ProtocolError.MAXIMUM_ACCOUNT_CONNECTIONS.text();
            leafs.refuse(session.leaf, text, CloseReason.MAX_ACCOUNT_CONNECTIONS_EXCEEDED);
            return false;
        }
        return true;
    }

    // --- where the other server has dialed

    /** The other server, which has proved who it is, has presented itself. */
    void onConnect(LeafSession session, LeafConnect said, Identity identity) {
        session.said = said;
        session.identity = identity;
        session.account = identity.account();
        session.spoke = said.hub();
        session.remoteName = said.name();
        session.remoteCluster = said.cluster();
        session.remoteAccount = said.remoteAccount();
        session.isolated = self.options().isolate() || said.isolate();
        if (!leafs.hasAccount(session.account)) {
            leafs.refuse(
                    session.leaf,
                    ProtocolError.AUTHORIZATION_VIOLATION.text(),
                    CloseReason.MISSING_ACCOUNT);
            return;
        }
        if (!hasRoom(session) || !isGood(session, said.cluster()) || !mayCome(session, said)) {
            return;
        }
        if (self.isLeaving()) {
            leafs.end(session.leaf, CloseReason.SERVER_SHUTDOWN);
            return;
        }
        replace(session);
        boolean headers = around.headers() && said.headers();
        Permissions permissions = permissionsOf(session, identity);
        leafs.send(session.leaf, answer(session, identity));
        join(session, headers, said.proto(), permissions);
    }

    private boolean mayCome(LeafSession session, LeafConnect said) {
        String cluster = around.cluster();
        if (!said.cluster().isEmpty() && said.cluster().equals(cluster)) {
            leafs.refuse(
                    session.leaf,
                    "remote leafnode has same cluster name",
                    CloseReason.CLUSTER_NAMES_IDENTICAL);
            return false;
        }
        if (!said.gateway().isEmpty()) {
            leafs.refuse(
                    session.leaf,
                    "Rejecting connection from gateway \""
                            + Quoted.utf8(said.gateway())
                            + "\" on the leafnode port",
                    CloseReason.WRONG_GATEWAY);
            return false;
        }
        String least = self.options().minVersion();
        if (!least.isEmpty()
                && LeafVersion.of(least).filter(v -> !v.admits(said.version())).isPresent()) {
            Identity identity = session.identity;
            if (identity != null) {
                leafs.send(session.leaf, answer(session, identity));
            }
            leafs.refuse(
                    session.leaf,
                    "connection rejected since minimum version required is \"" + least + '"',
                    CloseReason.MINIMUM_VERSION_REQUIRED);
            return false;
        }
        return true;
    }

    /** The connection that the same server had before is stale, or one of two that are too many. */
    private void replace(LeafSession session) {
        LeafSession before = joined.before(session);
        if (before != null) {
            CloseReason why = CloseReason.DUPLICATE_REMOTE_LEAFNODE_CONNECTION;
            leafs.refuse(before.leaf, why.text(), why);
            leafs.warn(session.leaf, "Replacing connection from same server");
        }
    }

    private Permissions permissionsOf(LeafSession session, Identity identity) {
        LeafConnect said = session.said;
        return LinkPermissions.ofUser(
                options(identity), said == null ? List.of() : said.denyPub(), border(session));
    }

    private static @Nullable PermissionOptions options(Identity identity) {
        Permissions permissions = identity.permissions();
        return permissions == null ? null : permissions.options();
    }

    /** What the other side is told once it is let in: what may cross, for it to heed. */
    private byte[] answer(LeafSession session, Identity identity) {
        PermissionOptions options = options(identity);
        return self.info(around.cluster()).toBuilder()
                .clientId(session.leaf.peer().id())
                .connectInfo(true)
                .remoteAccount(session.account)
                .accIsSys(session.account.equals(around.systemAccount()))
                .importRules(LinkPermissions.told(options == null ? null : options.subscribe()))
                .exportRules(LinkPermissions.told(options == null ? null : options.publish()))
                .build()
                .line();
    }

    /** The user that the other side is may do something else from here on. */
    void permit(LeafSession session, Identity identity) {
        LeafConnect said = session.said;
        session.identity = identity;
        leafs.send(session.leaf, answer(session, identity));
        join(
                session,
                around.headers() && said != null && said.headers(),
                said == null ? 0 : said.proto(),
                permissionsOf(session, identity));
    }

    // --- both

    private void join(LeafSession session, boolean headers, int proto, Permissions permissions) {
        if (proto < TRACING_PROTO) {
            leafs.onUntraced(session.leaf);
        }
        if (!session.joined) {
            session.joined = true;
            joined.add(session);
            announce(session);
        }
        leafs.onJoined(
                session.leaf,
                new LeafTerms(
                        session.account,
                        session.remoteName,
                        session.remoteCluster,
                        session.spoke,
                        headers,
                        session.isolated,
                        permissions,
                        LinkPermissions.reversed(permissions)));
    }

    private void announce(LeafSession session) {
        JetStreamBorder border = border(session);
        border.notices().forEach(line -> leafs.info(session.leaf, line));
        border.details().forEach(line -> leafs.debug(session.leaf, line));
    }

    private JetStreamBorder border(LeafSession session) {
        LinkInfo info = session.info;
        LeafConnect said = session.said;
        String name = session.remoteName;
        String cluster = session.remoteCluster;
        return JetStreamBorder.of(
                self.info(""),
                info != null ? info.domain() : said != null ? said.domain() : "",
                cluster.isEmpty() ? name : name + '/' + cluster,
                session.account,
                session.account.equals(around.systemAccount()),
                around.defaultDomains());
    }
}
