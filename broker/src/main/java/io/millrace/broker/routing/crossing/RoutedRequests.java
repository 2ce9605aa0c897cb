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
    private static final int REQUEST_BYTES = 256;
    private static final long MAX_AGE_NS = Duration.ofMinutes(2).toNanos();

    private final Client client;
    private final SequencedMap<String, Routed> byReply = new LinkedHashMap<>();

    private record Routed(String account, Instant start, long startNs) {}

    RoutedRequests(Client client) {
        this.client = client;
    }

    /** A request was delivered. */
    void came(String reply, Account account) {
        long nowNs = System.nanoTime();
        Iterator<Routed> oldest = byReply.sequencedValues().iterator();
        while (oldest.hasNext()) {
            boolean old = nowNs - oldest.next().startNs > MAX_AGE_NS;
            if (!old && byReply.size() < MAX_REQUESTS) {
                break;
            }
            oldest.remove();
            client.peer.debtor.credit(Debt.REQUESTS, REQUEST_BYTES);
        }
        if (byReply.put(reply, new Routed(account.name, Instant.now(), nowNs)) == null) {
            client.peer.debtor.charge(Debt.REQUESTS, REQUEST_BYTES);
        }
    }

    /** The client publishes to a subject. */
    void answers(String subject, Latency latency) {
        Routed request = byReply.remove(subject);
        if (request != null) {
            client.peer.debtor.credit(Debt.REQUESTS, REQUEST_BYTES);
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
        client.peer.debtor.credit(Debt.REQUESTS, (long) REQUEST_BYTES * byReply.size());
        byReply.clear();
    }
}
