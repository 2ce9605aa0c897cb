package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.view.ClientEnd;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.broker.routing.view.SubscriptionSnapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The connections that ended last, numbered from 0 in the order of their end. Routing thread.
 *
 * <p>Holds so many of them, and so much of what they called themselves and subscribed to; the
 * oldest go first.
 */
final class ClosedClients {
    /** They take up no more than this part of what may be kept on the heap. */
    static final int SHARE_OF_HEAP = 16;

    /** Subscriptions of one client are remembered up to so many. */
    static final int MAX_SUBSCRIPTIONS = 256;

    private final int max;
    private ClientSnapshot[] ring = new ClientSnapshot[16];

    /** The number of the oldest one that is held. */
    private long oldest;

    private long next;
    private final Ledger ledger;

    ClosedClients(int max, Ledger ledger) {
        this.max = max;
        this.ledger = ledger;
    }

    /** Adds a client that has ended; returns what is remembered of it. */
    ClientSnapshot add(Client client, CloseReason reason) {
        Moment now = Moment.now();
        List<SubscriptionSnapshot> subscriptions = new ArrayList<>();
        if (client.peer.subscriptions.size() <= MAX_SUBSCRIPTIONS) {
            for (Subscription each : client.peer.subscriptions.list()) {
                subscriptions.add(SubscriptionSnapshot.of(each));
            }
        }
        ClientEnd end = new ClientEnd(now.wallTime(), reason, subscriptions);
        ClientSnapshot last = ClientSnapshot.of(client, now, end);
        add(last);
        return last;
    }

    private void add(ClientSnapshot closed) {
        if (max == 0) {
            return;
        }
        long most = ledger.bounds().heapBytes() / SHARE_OF_HEAP;
        ledger.add(Debt.CLOSED_CONNECTIONS, closed.bytes());
        while (size() == max || ledger.bytes(Debt.CLOSED_CONNECTIONS) > most && size() > 0) {
            int place = place(oldest++);
            ledger.add(Debt.CLOSED_CONNECTIONS, -ring[place].bytes());
            Arrays.fill(ring, place, place + 1, null);
        }
        if (size() == ring.length) {
            grow();
        }
        ring[place(next++)] = closed;
    }

    private void grow() {
        ClientSnapshot[] larger = new ClientSnapshot[2 * ring.length];
        for (long i = oldest; i < next; i++) {
            larger[(int) (i & larger.length - 1)] = ring[place(i)];
        }
        ring = larger;
    }

    private int place(long number) {
        return (int) (number & ring.length - 1);
    }

    int size() {
        return (int) (next - oldest);
    }

    /** The number of the first that is held, from a number on; that of the next one if none is. */
    long firstFrom(long number) {
        return Math.clamp(number, oldest, next);
    }

    /** Those from a number that is held on, oldest first, at most so many. */
    List<ClientSnapshot> from(long number, int most) {
        List<ClientSnapshot> result = new ArrayList<>();
        for (long i = firstFrom(number); i < next && result.size() < most; i++) {
            result.add(ring[place(i)]);
        }
        return result;
    }
}
