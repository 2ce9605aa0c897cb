package io.millrace.broker.cluster;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.log.ServerLog;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Which servers are dialed, when, and how often: those that are configured for ever, others only
 * for a while. Routing thread.
 */
final class Dialing {
    private static final long RETRY_MS = 1_000;
    private static final long LONGEST_RETRY_MS = 30_000;

    /** So that two servers that lost each other don't dial at the same moment for ever. */
    private static final int RETRY_JITTER_MS = 100;

    /** Refusals in a row until a server that others have told of is given up. */
    private static final int MOST_REFUSALS = 3;

    /** Servers that are dialed by hearsay at once; who tells of more isn't believed. */
    static final int MOST_HEARD_OF = 1_000;

    private final ThisMember self;
    private final Dialer dialer;
    private final ServerLog log;
    private final Random random;

    /** What is being dialed by hearsay, with the account. */
    private final Set<String> heardOf = new HashSet<>();

    /** What is being dialed since its route was lost. */
    private final Set<RouteTarget> reconnecting = new HashSet<>();

    private final LostServers lost = new LostServers();

    /** How often in a row those were that others have told of. */
    private final Map<RouteTarget, Integer> refused = new HashMap<>();

    private boolean ended;

    /**
     * Dials nobody yet.
     *
     * @param seed of the delays
     */
    Dialing(ThisMember self, Dialer dialer, ServerLog log, long seed) {
        this.self = self;
        this.dialer = dialer;
        this.log = log;
        this.random = new Random(seed);
    }

    /** Dials servers that are configured, for the pool and for each account of its own. */
    void configured(List<RouteUrl> urls) {
        for (RouteUrl url : urls) {
            now(RouteTarget.configured(url, ""));
            configured(List.of(url), self.pinned());
        }
    }

    /** Dials servers that are configured, for accounts. */
    void configured(List<RouteUrl> urls, Collection<String> accounts) {
        for (RouteUrl url : urls) {
            accounts.forEach(account -> now(RouteTarget.configured(url, account)));
        }
    }

    /** Dials a server that others have told of, unless that is under way. */
    void once(RouteTarget target) {
        if (isNews(target)) {
            now(target);
        }
    }

    /** Dials a server that others have told of after a while, unless that is under way. */
    void onceLater(RouteTarget target) {
        if (isNews(target)) {
            again(target, false);
        }
    }

    /** Whether it wasn't under way, and is from here on; never if too many are. */
    private boolean isNews(RouteTarget target) {
        return heardOf.size() < MOST_HEARD_OF && heardOf.add(key(target));
    }

    private static String key(RouteTarget target) {
        return target.text() + ' ' + target.account();
    }

    /** Dials a server. */
    void now(RouteTarget target) {
        dial(target, 1, 0);
    }

    /**
     * Dials a server whose route was lost.
     *
     * @param soon whether it isn't given the time to come back
     */
    void again(RouteTarget target, boolean soon) {
        reconnecting.add(target);
        dial(target, 1, (soon ? 0 : RETRY_MS) + random.nextInt(RETRY_JITTER_MS));
    }

    /** Dials a server for a route that there never was, unless the other one has been faster. */
    void later(RouteTarget target) {
        dial(target, 1, RETRY_MS + random.nextInt(RETRY_JITTER_MS));
    }

    /** Dials those again that were given up. */
    void retryLost() {
        for (RouteTarget target : lost.due()) {
            if (!isWanted(target)) {
                lost.remove(target);
            } else if (heardOf.add(key(target))) {
                // The last attempt, and not the first, of which the log would tell.
                dial(target, Math.max(2, self.options().connectRetries() + 1), 0);
            }
        }
    }

    /** A server that was dialed has taken the connection. */
    void succeeded(RouteTarget target) {
        heardOf.remove(key(target));
        reconnecting.remove(target);
        lost.remove(target);
    }

    /** A server that others had told of took the connection, and then didn't want it. */
    void refused(RouteTarget target) {
        if (refused.size() >= MOST_HEARD_OF && !refused.containsKey(target)) {
            lost.add(target);
            return;
        }
        int times = refused.merge(target, 1, Integer::sum);
        if (times <= MOST_REFUSALS) {
            again(target, false);
        } else {
            refused.remove(target);
            lost.add(target);
        }
    }

    /** A route works. */
    void worked(RouteTarget target) {
        refused.remove(target);
    }

    /** A server could not be connected to. */
    void failed(RouteTarget target, int attempt, String cause) {
        String text = "Error trying to connect to route (attempt " + attempt + "): " + cause;
        ClusterOptions options = self.options();
        int reports =
                reconnecting.contains(target)
                        ? options.reconnectErrorReports()
                        : options.connectErrorReports();
        if (attempt == 1 || attempt % reports == 0) {
            log.error(text);
        } else {
            log.debug(text);
        }
        if (ended || !target.explicit() && attempt > options.connectRetries()) {
            heardOf.remove(key(target));
            reconnecting.remove(target);
            lost.add(target);
            return;
        }
        long delay = RETRY_MS;
        if (options.connectBackoff()) {
            delay = Math.min(LONGEST_RETRY_MS, RETRY_MS << Math.min(attempt - 1, 5));
        }
        dial(target, attempt + 1, delay);
    }

    private void dial(RouteTarget target, int attempt, long delayMs) {
        if (!ended && isWanted(target)) {
            dialer.dial(target, attempt, delayMs);
        } else {
            heardOf.remove(key(target));
            reconnecting.remove(target);
        }
    }

    /** Whether a route would be kept: the configuration may be another than when it was dialed. */
    boolean isWanted(RouteTarget target) {
        String account = target.account();
        return (account.isEmpty() || self.pinned().contains(account))
                && (!target.explicit() || self.options().routes().contains(target.url()));
    }

    boolean hasEnded() {
        return ended;
    }

    /** Dials nobody any more. */
    void end() {
        ended = true;
    }
}
