package io.millrace.broker.routing;

import io.millrace.broker.config.PermissionOptions.ResponseRule;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The reply subjects that a client got with requests and may publish to for a while, though its
 * permissions don't allow it otherwise. Routing thread.
 *
 * <p>Bounded: where too many requests wait for an answer, the oldest can't be answered any more.
 */
final class ReplyPermits {
    static final int MAX_PERMITS = 64 * 1024;

    private final ResponseRule rule;
    private final Map<String, Permit> permits = new LinkedHashMap<>();

    private static final class Permit {
        final long sinceNs;
        int used;

        Permit(long sinceNs) {
            this.sinceNs = sinceNs;
        }
    }

    ReplyPermits(ResponseRule rule) {
        this.rule = rule;
    }

    /** A request came with this reply subject. */
    void grant(String reply, long nowNs) {
        permits.remove(reply);
        removeExpired(nowNs);
        if (permits.size() == MAX_PERMITS) {
            removeOldest();
        }
        permits.put(reply, new Permit(nowNs));
    }

    /** Uses a permit up a little; false if there is none. */
    boolean use(String reply, long nowNs) {
        Permit permit = permits.get(reply);
        if (permit == null) {
            return false;
        }
        permit.used++;
        boolean usedUp = rule.max() > 0 && permit.used >= rule.max();
        if (usedUp || isExpired(permit, nowNs)) {
            permits.remove(reply);
        }
        return !isExpired(permit, nowNs);
    }

    int size() {
        return permits.size();
    }

    private boolean isExpired(Permit permit, long nowNs) {
        Duration expires = rule.expires();
        return !expires.isNegative() && nowNs - permit.sinceNs > expires.toNanos();
    }

    /** They stand in the order in which they expire. */
    private void removeExpired(long nowNs) {
        Iterator<Permit> oldest = permits.values().iterator();
        while (oldest.hasNext() && isExpired(oldest.next(), nowNs)) {
            oldest.remove();
        }
    }

    private void removeOldest() {
        Iterator<Permit> oldest = permits.values().iterator();
        oldest.next();
        oldest.remove();
    }
}
