package io.millrace.broker.gateway;

import io.millrace.broker.config.cluster.ErrorReports;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.Quoted;

import java.util.Random;
import java.util.function.Predicate;

/**
 * Which clusters are dialed, when, and how often: those that are configured for ever, others only
 * for a while. An attempt is made at all servers of a cluster in turn. Routing thread.
 */
final class GatewayDialing {
    /** So that the own cluster's servers have found each other by then, as in the reference. */
    private static final long START_MS = 1_000;

    private static final long RETRY_MS = 1_000;
    private static final long LONGEST_RETRY_MS = 30_000;

    /** So that two servers that lost each other don't dial at the same moment for ever. */
    private static final int RETRY_JITTER_MS = 100;

    private final ThisGateway self;
    private final RemoteClusters remotes;
    private final ErrorReports reports;
    private final Predicate<String> hasInbound;
    private final GatewayDialer dialer;
    private final ServerLog log;
    private final Random random;
    private boolean ended;

    /**
     * Dials nobody yet.
     *
     * @param reports how often the log tells of failures
     * @param hasInbound whether a server of the cluster of that name is connected to this one
     * @param seed of the order of servers, and of delays
     */
    GatewayDialing(
            ThisGateway self,
            RemoteClusters remotes,
            ErrorReports reports,
            Predicate<String> hasInbound,
            GatewayDialer dialer,
            ServerLog log,
            long seed) {
        this.self = self;
        this.remotes = remotes;
        this.reports = reports;
        this.hasInbound = hasInbound;
        this.dialer = dialer;
        this.log = log;
        this.random = new Random(seed);
    }

    /** Dials the configured clusters, after a while. */
    void start() {
        for (RemoteCluster remote : remotes.all()) {
            if (!remote.implicit) {
                solicit(remote, true, START_MS);
            }
        }
    }

    /** Dials a cluster that was just heard of. */
    void now(RemoteCluster remote) {
        solicit(remote, true, 0);
    }

    /**
     * Dials a cluster whose gateway was lost, or never came to be: one that is just heard of may be
     * somebody else's port, which isn't dialed for ever, and not at once.
     */
    void again(RemoteCluster remote) {
        if (remote.misses > 0 && isLost(remote, remote.misses)) {
            remotes.remove(remote);
            return;
        }
        log.debug("Attempting reconnect for gateway \"" + Quoted.utf8(remote.name) + '"');
        int jitterMs = random.nextInt(RETRY_JITTER_MS);
        boolean soon = remote.implicit && remote.misses == 0;
        solicit(remote, false, soon ? jitterMs : RETRY_MS + jitterMs);
    }

    private void solicit(RemoteCluster remote, boolean first, long delayMs) {
        if (remote.isSolicited || remote.outbound != null) {
            return;
        }
        remote.isSolicited = true;
        remote.first = first;
        remote.attempts = 0;
        remote.delayMs = RETRY_MS;
        attempt(remote, delayMs);
    }

    private void attempt(RemoteCluster remote, long delayMs) {
        if (remote.addresses().isEmpty()) {
            remote.isSolicited = false;
            return;
        }
        remote.beginAttempt(random);
        next(remote, delayMs);
    }

    private void next(RemoteCluster remote, long delayMs) {
        ServerUrl url = ended ? null : remote.next();
        if (url != null) {
            dialer.dial(target(remote, url), remote.attempts, delayMs);
        } else {
            attemptFailed(remote);
        }
    }

    private GatewayTarget target(RemoteCluster remote, ServerUrl url) {
        int every = remote.first ? reports.first() : reports.again();
        boolean reported = remote.attempts == 1 || remote.attempts % every == 0;
        return new GatewayTarget(
                remote.name, remote.implicit, url, reported, remote.certificateName);
    }

    /** No server of a cluster could be connected to. */
    private void attemptFailed(RemoteCluster remote) {
        GatewayOptions options = self.options();
        boolean lost = isLost(remote, remote.attempts);
        if (ended || lost) {
            remote.isSolicited = false;
            if (lost) {
                remotes.remove(remote);
            }
            return;
        }
        long delayMs = remote.delayMs;
        if (options.connectBackoff()) {
            remote.delayMs = Math.min(LONGEST_RETRY_MS, 2 * delayMs);
        }
        attempt(remote, delayMs);
    }

    /** Whether a cluster was tried so often in vain that it isn't worth another attempt. */
    private boolean isLost(RemoteCluster remote, int inVain) {
        int retries = self.options().connectRetries();
        // One that has just connected to this server is there, after all.
        return remote.implicit
                && (retries == 0 || inVain > retries)
                && !hasInbound.test(remote.name);
    }

    /** A server has taken the connection. */
    void succeeded(RemoteCluster remote) {
        remote.isSolicited = false;
    }

    /**
     * A server could not be connected to.
     *
     * @param at its address; empty if there is none
     */
    void failed(GatewayTarget target, int attempt, String at, String cause) {
        if (at.isEmpty()) {
            log.error("Error getting IP for " + target.text() + ": " + cause);
        } else {
            String text =
                    "Error connecting to "
                            + target.text()
                            + " at "
                            + at
                            + " (attempt "
                            + attempt
                            + "): "
                            + cause;
            if (target.reported()) {
                log.error(text);
            } else {
                log.debug(text);
            }
        }
        RemoteCluster remote = remotes.get(target.cluster());
        if (remote != null && remote.isSolicited) {
            next(remote, 0);
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** Dials nobody any more. */
    void end() {
        ended = true;
    }
}
