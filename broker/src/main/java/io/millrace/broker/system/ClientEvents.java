package io.millrace.broker.system;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.ClientWatcher;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.view.ClientSnapshot;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What happened to clients and hasn't been told yet. The routing thread puts in and never waits:
 * what there is no room for is dropped, and counted. The service's thread takes out.
 */
public final class ClientEvents implements ClientWatcher {
    static final int MAX_EVENTS = 4096;
    static final int MAX_BYTES = 4 * 1024 * 1024;

    private final AtomicReferenceArray<@Nullable ClientEvent> ring =
            new AtomicReferenceArray<>(MAX_EVENTS);

    private final AtomicLong put = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Ledger ledger;

    // Routing thread.
    private Predicate<String> heard = _ -> true;
    private Predicate<String> heardByAll = _ -> true;
    private String server = "";

    private volatile Runnable doorbell = () -> {};

    /**
     * Makes an empty queue.
     *
     * @param ledger is charged what waits
     */
    public ClientEvents(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Wakes somebody from here on who sleeps until there is something; must not wait. */
    public void wake(Runnable newDoorbell) {
        doorbell = newDoorbell;
    }

    // --- routing thread

    /**
     * Takes only what somebody wants to hear from here on.
     *
     * @param serverId of this one
     * @param whetherHeard whether somebody would hear what is told under a subject
     * @param whetherHeardByAll the same in the global account
     */
    public void tellTo(
            String serverId, Predicate<String> whetherHeard, Predicate<String> whetherHeardByAll) {
        server = serverId;
        heard = whetherHeard;
        heardByAll = whetherHeardByAll;
    }

    /**
     * Whether somebody wants to hear how many clients an account has. As in the reference the
     * global account's aren't counted for others.
     */
    boolean isCountHeard(String account) {
        return !account.equals(Account.GLOBAL)
                && (heard.test(EventSubjects.count(account))
                        || heard.test(EventSubjects.oldCount(account)));
    }

    @Override
    public void counted(String account, int clients) {
        if (isCountHeard(account)) {
            put(new ClientEvent.Counted(Instant.now(), account, clients));
        }
    }

    @Override
    public void connected(String account, Supplier<ClientSnapshot> client) {
        if (heard.test(EventSubjects.connect(account))) {
            put(new ClientEvent.Connected(Instant.now(), client.get()));
        }
    }

    @Override
    public void disconnected(ClientSnapshot client) {
        if (heard.test(EventSubjects.disconnect(client.account()))) {
            put(new ClientEvent.Disconnected(Instant.now(), client));
        }
    }

    @Override
    public void refused(Supplier<ClientSnapshot> client) {
        if (heard.test(EventSubjects.refused(server))
                || heardByAll.test(EventSubjects.REFUSED_IN_ACCOUNT)) {
            put(new ClientEvent.Refused(Instant.now(), client.get()));
        }
    }

    private void put(ClientEvent event) {
        long number = put.get();
        int more = event.bytes();
        if (number - taken.get() == MAX_EVENTS
                || bytes.get() + more > MAX_BYTES
                || !ledger.hasRoom(Debt.Store.HEAP, more)) {
            dropped.incrementAndGet();
            return;
        }
        bytes.addAndGet(more);
        ledger.add(Debt.MONITORING, more);
        ring.set(place(number), event);
        put.set(number + 1);
        doorbell.run();
    }

    private static int place(long number) {
        return (int) (number % MAX_EVENTS);
    }

    // --- the service's thread

    /** The oldest one, which stays; null if there is none. */
    @Nullable ClientEvent first() {
        long number = taken.get();
        return number == put.get() ? null : ring.get(place(number));
    }

    /** The oldest one is done with. */
    void removeFirst() {
        long number = taken.get();
        ClientEvent event = ring.getAndSet(place(number), null);
        if (event != null) {
            bytes.addAndGet(-event.bytes());
            ledger.add(Debt.MONITORING, -event.bytes());
            taken.set(number + 1);
        }
    }

    /** How many there are. */
    int size() {
        return (int) (put.get() - taken.get());
    }

    /**
     * The accounts that are counted in the oldest ones.
     *
     * @param number how many of them, at most all
     */
    Set<String> counted(int number) {
        Set<String> accounts = new HashSet<>();
        long end = taken.get() + number;
        for (long each = taken.get(); each < end; each++) {
            if (ring.get(place(each)) instanceof ClientEvent.Counted counted) {
                accounts.add(counted.account());
            }
        }
        return accounts;
    }

    /** How many have been put so far, which tells whether there are new ones. */
    long added() {
        return put.get();
    }

    // --- any thread

    /** Events there was no room for. */
    public long dropped() {
        return dropped.get();
    }
}
