package io.millrace.broker.routing;

import io.millrace.broker.config.PermissionOptions.ResponseRule;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The reply subjects that a client got with requests and may publish to for a while, though its
 * permissions don't allow it otherwise. Routing thread.
 *
 * <p>Bounded: where too many requests wait for an answer, the oldest can't be answered any more.
 */
final class ReplyPermits {
    static final int MAX_PERMITS = 64 * 1024;

    /** Characters of all their reply subjects. */
    static final int MAX_CHARACTERS = 4 * 1024 * 1024;

    private final ResponseRule rule;
    private final SequencedMap<String, Permit> permits = new LinkedHashMap<>();
    private int characters;

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
        remove(reply);
        while (isFull(reply.length()) || !permits.isEmpty() && isExpired(oldest(), nowNs)) {
            remove(permits.firstEntry().getKey());
        }
        permits.put(reply, new Permit(nowNs));
        characters += reply.length();
    }

    /** They stand in the order in which they expire. */
    private Permit oldest() {
        return permits.firstEntry().getValue();
    }

    private boolean isFull(int more) {
        return permits.size() == MAX_PERMITS || characters > MAX_CHARACTERS - more;
    }

    /** Uses a permit up a little; false if there is none. */
    boolean use(String reply, long nowNs) {
        Permit permit = permits.get(reply);
        if (permit == null) {
            return false;
        }
        permit.used++;
        boolean expired = isExpired(permit, nowNs);
        if (expired || rule.max() > 0 && permit.used >= rule.max()) {
            remove(reply);
        }
        return !expired;
    }

    private void remove(String reply) {
        if (permits.remove(reply) != null) {
            characters -= reply.length();
        }
    }

    int size() {
        return permits.size();
    }

    private boolean isExpired(Permit permit, long nowNs) {
        Duration expires = rule.expires();
        return !expires.isNegative() && nowNs - permit.sinceNs > expires.toNanos();
    }
}
