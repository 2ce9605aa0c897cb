package io.millrace.broker.leaf;

import io.millrace.broker.config.cluster.ErrorReports;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafUrl;
import io.millrace.broker.log.ServerLog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Which remotes are dialed, and when: each for ever, one URL after the other. Routing thread. */
final class Soliciting {
    /** Servers that share the system account are given time to find their cluster first. */
    private static final long SYSTEM_ACCOUNT_DELAY_MS = 250;

    private final ThisServer self;
    private final LeafDialer dialer;
    private final ServerLog log;
    private final Random random;
    private final ErrorReports reports;
    private final List<Remote> remotes = new ArrayList<>();
    private boolean ended;

    Soliciting(ThisServer self, LeafDialer dialer, ErrorReports reports, ServerLog log, long seed) {
        this.self = self;
        this.dialer = dialer;
        this.reports = reports;
        this.log = log;
        this.random = new Random(seed);
    }

    /** The remotes there are. */
    List<Remote> remotes() {
        return List.copyOf(remotes);
    }

    /**
     * There is another remote: dials it, unless it is disabled.
     *
     * @param isLate whether it shall be given time
     */
    void add(LeafRemote options, boolean isLate) {
        Remote remote = new Remote(options, random);
        remotes.add(remote);
        if (options.urls().isEmpty()) {
            log.debug("Empty remote leafnode definition, nothing to connect");
        }
        if (isLate) {
            log.debug(
                    "Will delay first leafnode connect to shared system account due to"
                            + " clustering");
        }
        begin(remote, isLate ? SYSTEM_ACCOUNT_DELAY_MS : 0);
    }

    /** A remote isn't configured any more. */
    void remove(Remote remote) {
        remote.remove();
        remotes.remove(remote);
    }

    /** Dials a remote for the first time, or since it is enabled. */
    void begin(Remote remote, long delayMs) {
        if (remote.isWanted() && !ended && !remote.busy) {
            dial(remote, 1, delayMs);
        }
    }

    /** Dials a remote whose connection was lost. */
    void again(Remote remote) {
        remote.busy = false;
        remote.session = null;
        if (remote.isWanted() && !ended) {
            long extra = remote.extraDelayMs;
            remote.extraDelayMs = 0;
            dial(remote, 1, self.options().reconnect().toMillis() + extra);
        }
    }

    private void dial(Remote remote, int attempt, long delayMs) {
        remote.busy = true;
        LeafOptions options = self.options();
        Duration own = remote.options().dialTimeout();
        Duration timeout = own.isZero() ? options.dialTimeout() : own;
        LeafUrl url = remote.next();
        int timeoutMs = Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
        dialer.dial(new LeafTarget(remote, url, attempt, timeoutMs), attempt, delayMs);
    }

    /** A server could not be connected to. */
    void failed(LeafTarget target, int attempt, String cause) {
        Remote remote = target.remote();
        String text =
                "Error trying to connect as leafnode to remote server \""
                        + target.url().address()
                        + "\" (attempt "
                        + attempt
                        + "): "
                        + cause;
        int every = Math.max(1, Math.abs(remote.wasConnected ? reports.again() : reports.first()));
        if (attempt == 1 || attempt % every == 0) {
            log.error(text);
        } else {
            log.debug(text);
        }
        remote.busy = false;
        if (remote.isWanted() && !ended && !self.isLeaving()) {
            long delayMs = Math.max(1, self.options().reconnect().toMillis());
            dial(remote, attempt + 1, delayMs + random.nextLong(delayMs));
        }
    }

    /** Whether a connection that has just been made is to be kept. */
    boolean isWanted(Remote remote) {
        return remote.isWanted() && !ended && !self.isLeaving() && remotes.contains(remote);
    }

    /** Dials nobody any more. */
    void end() {
        ended = true;
    }
}
