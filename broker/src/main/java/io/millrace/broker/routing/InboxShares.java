package io.millrace.broker.routing;

import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.account.Account;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * How much of a service's inbox each account may fill where all may ask: what goes beyond is lost
 * to who asks too much, so that there is room for what others ask. Routing thread.
 *
 * <p>What waits isn't known by account. So what each has sent is counted, until so little waits in
 * all that nobody can have too much of it; then counting begins anew.
 */
final class InboxShares {
    /** Far more than a request is long. */
    static final int SHARE_BYTES = 64 * 1024;

    private final OutboundQueue inbox;
    private final Map<Account, Long> sentBytes = new IdentityHashMap<>();

    InboxShares(OutboundQueue inbox) {
        this.inbox = inbox;
    }

    /** Whether an account may send so much more; if so it counts as sent. */
    boolean admits(Account account, int bytes) {
        if (!inbox.isPendingOver(SHARE_BYTES)) {
            sentBytes.clear();
        }
        long sent = sentBytes.getOrDefault(account, 0L) + bytes;
        if (sent > SHARE_BYTES) {
            return false;
        }
        sentBytes.put(account, sent);
        return true;
    }
}
