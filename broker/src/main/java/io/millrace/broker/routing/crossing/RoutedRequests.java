package io.millrace.broker.routing.crossing;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Awaited;
import io.millrace.broker.routing.peer.Client;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Requests that came to a client from another server, which wants to know how long the answer
 * takes: only this one can tell what is its own part of it. Bounded: of too many the oldest aren't
 * told. Routing thread.
 */
final class RoutedRequests implements Awaited {
    private static final int MAX_REQUESTS = 1024;
    private static final int OBJECT_BYTES = 256;
    private static final long MAX_AGE_NS = Duration.ofMinutes(2).toNanos();

    private final Client client;
    private final SequencedMap<String, Routed> byReply = new LinkedHashMap<>();

    private record Routed(String account, Instant start, long startNs, int bytes) {}

    private int bytes;

    RoutedRequests(Client client) {
        this.client = client;
    }

    /** A request was delivered. */
    void came(String reply, Account account) {
        long nowNs = System.nanoTime();
        Iterator<Routed> oldest = byReply.sequencedValues().iterator();
        while (oldest.hasNext()) {
            Routed each = oldest.next();
            boolean old = nowNs - each.startNs > MAX_AGE_NS;
            if (!old && byReply.size() < MAX_REQUESTS) {
                break;
            }
            oldest.remove();
            charge(-each.bytes);
        }
        Routed added =
                new Routed(account.name, Instant.now(), nowNs, OBJECT_BYTES + 2 * reply.length());
        Routed before = byReply.put(reply, added);
        charge(added.bytes - (before == null ? 0 : before.bytes));
    }

    private void charge(int more) {
        bytes += more;
        client.peer.debtor.charge(Debt.REQUESTS, more);
    }

    /** The client publishes to a subject. */
    void answers(String subject, Latency latency) {
        Routed request = byReply.remove(subject);
        if (request != null) {
            charge(-request.bytes);
            latency.measured(
                    request.account,
                    subject,
                    client,
                    request.start,
                    System.nanoTime() - request.startNs);
        }
    }

    @Override
    public void release() {
        charge(-bytes);
        byReply.clear();
    }
}
