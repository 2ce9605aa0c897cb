package io.millrace.broker.routing.interest;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.cache.Generations;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.match.SubscriptionIndex;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * What was asked for so lately that another cluster may not have heard of it: answers from there
 * must not rely on it. Routing thread.
 */
public final class RecentSubjects {
    /** How long another cluster may take to hear of something, as the reference has it. */
    private static final long RECENT_NS = Duration.ofSeconds(2).toNanos();

    /** So much is remembered; of more the oldest are taken to be known. */
    private static final int MOST_BYTES = 32 * 1024 * 1024;

    /** Of each, with its place in the queue and in the index. */
    private static final int OBJECT_BYTES = 320;

    /** Of a token's node in the index, at most. */
    private static final int TOKEN_BYTES = 160;

    private static final byte[] NO_QUEUE = {};

    private final Map<Account, SubscriptionIndex> byAccount = new HashMap<>();
    private final ArrayDeque<Recent> all = new ArrayDeque<>();
    private final Ledger ledger;
    private int bytes;

    RecentSubjects(Ledger ledger) {
        this.ledger = ledger;
    }

    /** One of them. */
    private static final class Recent extends Interest {
        private final Account account;
        private final long untilNs;

        Recent(Account account, byte[] subject, long untilNs) {
            super(subject, NO_QUEUE, 1);
            this.account = account;
            this.untilNs = untilNs;
        }

        @Override
        public int ownBytes() {
            int tokens = 1;
            for (byte each : subject) {
                tokens += each == '.' ? 1 : 0;
            }
            return OBJECT_BYTES + subject.length + tokens * TOKEN_BYTES;
        }
    }

    /** Something is asked for. */
    void add(Account account, Interest interest, long nowNs) {
        expire(nowNs);
        Recent recent = new Recent(account, interest.subject, nowNs + RECENT_NS);
        charge(recent.ownBytes());
        while (bytes > MOST_BYTES && !all.isEmpty()) {
            removeFirst();
        }
        SubscriptionIndex index =
                byAccount.computeIfAbsent(
                        account, _ -> new SubscriptionIndex(new Generations(0, 0)));
        try (NativeBlock block = NativeBlock.allocate(interest.subject.length)) {
            Region region = block.region();
            region.put(0, interest.subject);
            index.add(region, 0, interest.subject.length, recent);
        }
        all.add(recent);
    }

    private void charge(int more) {
        bytes += more;
        ledger.add(Debt.INDEX, more);
    }

    /** Forgets what other clusters must have heard of by now. */
    public void expire(long nowNs) {
        while (!all.isEmpty() && all.peek().untilNs - nowNs <= 0) {
            removeFirst();
        }
    }

    private void removeFirst() {
        Recent gone = all.remove();
        charge(-gone.ownBytes());
        SubscriptionIndex index = byAccount.get(gone.account);
        if (index != null) {
            index.remove(gone);
            if (index.size() == 0) {
                byAccount.remove(gone.account);
            }
        }
    }

    /** Whether a literal subject was asked for lately. */
    public boolean contain(Account account, Region bytes, int offset, int length, long nowNs) {
        if (all.isEmpty()) {
            return false;
        }
        expire(nowNs);
        SubscriptionIndex index = byAccount.get(account);
        return index != null && !index.match(bytes, offset, length).isEmpty();
    }
}
