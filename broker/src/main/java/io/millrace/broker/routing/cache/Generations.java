package io.millrace.broker.routing.cache;

import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import java.util.Arrays;

/**
 * Which cached results of an account are outdated: a generation for each kind of subject, which
 * changes with whatever may touch a result of that kind. Routing thread.
 *
 * <p>Kinds are told by a hash of the first token, so what comes and goes under one, as the inboxes
 * of requesters do all day, leaves the results under others alone.
 */
public final class Generations {
    /** Kinds of subjects, a power of two. */
    static final int KINDS = 64;

    private final int account;
    private final int[] byKind = new int[KINDS];
    private int last;

    /**
     * Makes them.
     *
     * @param account a number that no other account has, below {@link SlotLayout#MAX_ACCOUNTS}
     * @param epoch where they begin: one that no account of this number has come to
     */
    public Generations(int account, int epoch) {
        if (account < 0 || account >= SlotLayout.MAX_ACCOUNTS) {
            throw new IllegalArgumentException("no number of an account: " + account);
        }
        this.account = account;
        last = epoch;
        Arrays.fill(byKind, epoch);
    }

    /** The number of the account. */
    public int account() {
        return account;
    }

    /** One that this account has not come to, for the next account of its number. */
    public int nextEpoch() {
        return last + 1;
    }

    /** The kind of a subject, 0 to {@link #KINDS} - 1. */
    static int kind(Region bytes, int offset, int length) {
        int end = bytes.indexOf(Subject.SEPARATOR, offset, offset + length);
        return (int) bytes.hash(offset, end - offset) & KINDS - 1;
    }

    int of(int kind) {
        return byKind[kind];
    }

    /** Outdates all results of the account. */
    public void outdateAll() {
        last++;
        Arrays.fill(byKind, last);
    }

    /**
     * Outdates all results that a subject may match.
     *
     * @param offset of the subject, valid, that may have wildcards
     */
    public void outdate(Region bytes, int offset, int length) {
        last++;
        byte first = bytes.getByte(offset);
        boolean oneByte = length == 1 || bytes.getByte(offset + 1) == Subject.SEPARATOR;
        if (oneByte && (first == Subject.ANY_TOKEN || first == Subject.REST)) {
            Arrays.fill(byKind, last);
        } else {
            byKind[kind(bytes, offset, length)] = last;
        }
    }
}
