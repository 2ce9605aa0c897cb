package io.millrace.broker.routing.account;

import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.routing.match.Interest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The reply subjects that a client got with requests and may publish to for a while, though its
 * permissions don't allow it otherwise. Routing thread.
 *
 * <p>Bounded: where too many requests wait for an answer, the oldest can't be answered any more.
 */
public final class ReplyPermits {
    static final int MAX_PERMITS = 64 * 1024;

    /** What they may take up on the heap. */
    static final int MAX_BYTES = 8 * 1024 * 1024;

    /** Of one permit, its reply subject aside: the entry, the string, the count. */
    private static final int PERMIT_BYTES = 96;

    private final ResponseRule rule;
    private final Debtor debtor;
    private final PermitMemory memory;
    private final SequencedMap<String, Permit> permits = new LinkedHashMap<>();
    private int bytes;

    private static final class Permit {
        final long sinceNs;
        int used;

        Permit(long sinceNs) {
            this.sinceNs = sinceNs;
        }
    }

    /**
     * Makes some for a client.
     *
     * @param debtor pays for them
     * @param memory what all clients share
     */
    public ReplyPermits(ResponseRule rule, Debtor debtor, PermitMemory memory) {
        this.rule = rule;
        this.debtor = debtor;
        this.memory = memory;
        memory.add(this);
    }

    /** A request came with this reply subject. */
    public void grant(String reply, long nowNs) {
        remove(reply);
        int more = bytes(reply);
        while (isFull(more) || !permits.isEmpty() && isExpired(oldest(), nowNs)) {
            removeOldest();
        }
        memory.makeRoom(more);
        permits.put(reply, new Permit(nowNs));
        charge(more);
    }

    private void charge(int more) {
        bytes += more;
        debtor.charge(Debt.PERMITS, more);
    }

    private static int bytes(String reply) {
        return PERMIT_BYTES + Interest.arrayBytes(reply.length());
    }

    /** Bytes that they take up. */
    int bytes() {
        return bytes;
    }

    /** The oldest request can't be answered any more. */
    void removeOldest() {
        remove(permits.firstEntry().getKey());
    }

    boolean isEmpty() {
        return permits.isEmpty();
    }

    /** Nobody needs them any more. */
    public void release() {
        permits.clear();
        charge(-bytes);
        memory.forget(this);
    }

    /** They stand in the order in which they expire. */
    private Permit oldest() {
        return permits.firstEntry().getValue();
    }

    private boolean isFull(int more) {
        return permits.size() == MAX_PERMITS || !permits.isEmpty() && bytes > MAX_BYTES - more;
    }

    /** Uses a permit up a little; false if there is none. */
    public boolean use(String reply, long nowNs) {
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
            charge(-bytes(reply));
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
