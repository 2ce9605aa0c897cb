package io.millrace.broker.system;

import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.broker.service.ServicePort;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Tells what happens to clients: who comes and goes, who isn't let in, and how many each account
 * has, the latter also from time to time as long as there are any. What nobody would hear isn't
 * told; an event that the router has no room for is told later. The service's thread.
 */
final class Events {
    /** Events that are told before other work has its turn. */
    static final int AT_ONCE = 256;

    /** Accounts that one question to the router looks at. */
    private static final int ACCOUNTS = 1024;

    /** After so long it is tried again to tell what there was no room for. */
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Monitored server;
    private final ClientEvents waiting;
    private final ServicePort port;
    private final ThisServer self;
    private final EventJson json;
    private final InstantSource clock;
    private final String systemAccount;
    private final Beats beats = new Beats();

    /**
     * When it is looked for accounts again whose clients came while nobody wanted to hear of them,
     * or for whose event there was no room.
     */
    private long lookNs;

    private boolean looked;

    Events(
            Monitored server,
            ClientEvents waiting,
            ServicePort port,
            ThisServer self,
            InstantSource clock) {
        this.server = server;
        this.waiting = waiting;
        this.port = port;
        this.self = self;
        this.clock = clock;
        json = new EventJson(self);
        systemAccount = server.options().auth().systemAccount();
    }

    /**
     * Tells what has happened, and what is due.
     *
     * @return when it wants to be called again at the latest, {@link System#nanoTime}
     */
    long tell(long nowNs) throws InterruptedException {
        boolean more = tellWaiting(nowNs);
        look(nowNs);
        long nextNs = beat(nowNs);
        return more ? nowNs : nextNs;
    }

    /** Returns whether some are left that can be told at once. */
    private boolean tellWaiting(long nowNs) throws InterruptedException {
        // Not those that come meanwhile: all of these are told with what is known of their
        // accounts now.
        int some = Math.min(AT_ONCE, waiting.size());
        if (some == 0) {
            return false;
        }
        self.refresh();
        Map<String, AccountSnapshot> accounts = accounts(waiting.counted(some));
        for (int told = 0; told < some; told++) {
            ClientEvent event = waiting.first();
            if (event == null || !toldOrGone(event, accounts, nowNs)) {
                return false;
            }
        }
        return waiting.size() > 0;
    }

    /** Tells one, and lets it go, also where it can't be told; false if there is no room for it. */
    private boolean toldOrGone(ClientEvent event, Map<String, AccountSnapshot> accounts, long nowNs)
            throws InterruptedException {
        boolean told = true;
        try {
            told = tell(event, accounts, nowNs);
        } finally {
            if (told) {
                waiting.removeFirst();
            }
        }
        return told;
    }

    /** What is known of some accounts, but for those of which nobody wants to hear. */
    private Map<String, AccountSnapshot> accounts(Collection<String> names)
            throws InterruptedException {
        return names.isEmpty() ? Map.of() : server.ask(router -> accounts(router, names));
    }

    private Map<String, AccountSnapshot> accounts(Router router, Collection<String> names) {
        Map<String, AccountSnapshot> accounts = new HashMap<>();
        for (String name : names) {
            if (waiting.isCountHeard(name)) {
                Inspection.account(router, name).ifPresent(found -> accounts.put(name, found));
            }
        }
        return accounts;
    }

    private boolean tell(ClientEvent event, Map<String, AccountSnapshot> accounts, long nowNs)
            throws InterruptedException {
        Instant at = event.at();
        return switch (event) {
            case ClientEvent.Counted(_, String account, int clients) -> {
                AccountSnapshot known = accounts.get(account);
                if (clients == 0 && (known == null || known.leafs() == 0)) {
                    beats.forget(account);
                } else {
                    beats.told(account, nowNs);
                }
                yield known == null || tellCount(known, at, clients);
            }
            case ClientEvent.Connected(_, ClientSnapshot client) ->
                    publish(EventSubjects.connect(client.account()), json.connected(at, client));
            case ClientEvent.Disconnected(_, ClientSnapshot client) ->
                    publish(
                            EventSubjects.disconnect(client.account()),
                            json.disconnected(at, client));
            case ClientEvent.Refused(_, ClientSnapshot client) ->
                    tellRefused(json.disconnected(at, client))
                            && publish(
                                    EventSubjects.refused(self.id()),
                                    json.disconnected(at, client));
        };
    }

    /** Under the old subject and the new one. */
    private boolean tellCount(AccountSnapshot account, Instant at, int clients)
            throws InterruptedException {
        String id = json.nextId();
        String name = account.name();
        return publish(EventSubjects.oldCount(name), json.connections(id, at, account, clients))
                && publish(EventSubjects.count(name), json.connections(id, at, account, clients));
    }

    /**
     * Tells somebody who asks how many clients an account has, if it has any.
     *
     * @param subject where
     */
    void tellCount(String name, String subject, Instant at) throws InterruptedException {
        Optional<AccountSnapshot> account = server.ask(router -> Inspection.account(router, name));
        if (account.isPresent() && isInhabited(account.get())) {
            self.refresh();
            int clients = account.get().clients();
            publish(subject, json.connections(json.nextId(), at, account.get(), clients));
        }
    }

    /** From time to time, for who has begun to listen when nothing happened. */
    private void look(long nowNs) throws InterruptedException {
        if (looked && nowNs - lookNs < 0) {
            return;
        }
        looked = true;
        lookNs = nowNs + Beats.BEAT_NS;
        int from = 0;
        while (from != Inspection.Inhabited.END) {
            int begin = from;
            Inspection.Inhabited some =
                    server.ask(router -> Inspection.inhabited(router, begin, ACCOUNTS));
            for (String each : some.accounts()) {
                if (!each.equals(Account.GLOBAL)) {
                    beats.found(each, nowNs);
                }
            }
            from = some.next();
        }
    }

    private long beat(long nowNs) throws InterruptedException {
        List<String> due = beats.due(nowNs, AT_ONCE);
        Map<String, AccountSnapshot> accounts = accounts(due);
        for (String each : due) {
            AccountSnapshot account = accounts.get(each);
            if (account == null || !isInhabited(account)) {
                beats.forget(each);
            } else if (tellCount(account, clock.instant(), account.clients())) {
                beats.told(each, nowNs);
            } else {
                return nowNs + RETRY_NS;
            }
        }
        return earlier(beats.nextNs(nowNs), lookNs);
    }

    private static boolean isInhabited(AccountSnapshot account) {
        return account.clients() + account.leafs() > 0;
    }

    private static long earlier(long oneNs, long otherNs) {
        return oneNs - otherNs < 0 ? oneNs : otherNs;
    }

    /** Who isn't anybody belongs to the global account, whose owner is told, too. */
    private boolean tellRefused(byte[] event) {
        return port.publish(
                Account.GLOBAL, EventSubjects.REFUSED_IN_ACCOUNT, "", new byte[0], event);
    }

    private boolean publish(String subject, byte[] event) {
        return port.publish(systemAccount, subject, "", new byte[0], event);
    }
}
