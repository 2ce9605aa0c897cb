package io.millrace.broker.routing;

import io.millrace.broker.routing.account.Account;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * How much of a service's inbox each account may fill where all may ask: what goes beyond is
 * refused to who asks too much, and lost where that is too much, too, so that there is room for
 * what others ask. Routing thread.
 *
 * <p>What waits isn't known by account. So what each has sent is counted in rounds: one is over
 * when all has been heard that was asked before it began, so of each account two rounds may wait.
 */
final class InboxShares {
    private final ServicePeer service;
    private final int shareBytes;

    /** By the number of the account; null for those that never asked. */
    private @Nullable Sent[] sent = new Sent[4];

    /** What an account has sent, in a round of counting. */
    private static final class Sent {
        long round;
        long bytes;
        long refusedBytes;
    }

    /**
     * Makes them.
     *
     * @param shareBytes of each account; as much again may be refusals
     */
    InboxShares(ServicePeer service, int shareBytes) {
        this.service = service;
        this.shareBytes = shareBytes;
    }

    /** Whether an account may send so much more, or one of any size; if so it counts as sent. */
    boolean admits(Account account, int bytes) {
        Sent its = of(account);
        if (its.bytes > 0 && its.bytes + bytes > shareBytes) {
            return false;
        }
        its.bytes += bytes;
        return true;
    }

    /** Whether there may be a refusal more for what it has sent; if so it counts. */
    boolean admitsRefusal(Account account, int bytes) {
        Sent its = of(account);
        if (its.refusedBytes + bytes > shareBytes) {
            return false;
        }
        its.refusedBytes += bytes;
        return true;
    }

    private Sent of(Account account) {
        long round = service.round();
        int id = account.id;
        if (id >= sent.length) {
            sent = Arrays.copyOf(sent, Math.max(id + 1, 2 * sent.length));
        }
        Sent its = sent[id];
        if (its == null) {
            its = new Sent();
            sent[id] = its;
        }
        if (its.round != round) {
            its.round = round;
            its.bytes = 0;
            its.refusedBytes = 0;
        }
        return its;
    }
}
