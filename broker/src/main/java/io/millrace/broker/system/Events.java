package io.millrace.broker.system;

import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.broker.service.ServicePort;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tells what happens to clients: who comes and goes, who isn't let in, and how many each account
 * has, the latter also from time to time as long as there are any. An event that the router has no
 * room for is told later. The service's thread.
 */
final class Events {
    /** How often it is told how many clients an account has. */
    static final long BEAT_NS = TimeUnit.SECONDS.toNanos(30);

    /** Events that are told before other work has its turn. */
    static final int AT_ONCE = 256;

    private final Monitored server;
    private final ClientEvents waiting;
    private final ServicePort port;
    private final ThisServer self;
    private final EventJson json;
    private final InstantSource clock;
    private final String systemAccount;

    /** When accounts that have clients are told of again, {@link System#nanoTime}. */
    private final Map<String, Long> beats = new HashMap<>();

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
        long nextNs = beat(nowNs);
        return more ? nowNs : nextNs;
    }

    /** Returns whether some are left that can be told at once. */
    private boolean tellWaiting(long nowNs) throws InterruptedException {
        ClientEvent event = waiting.first();
        if (event == null) {
            return false;
        }
        // All of these are told with what is known of accounts now.
        List<AccountSnapshot> accounts = accounts();
        for (int told = 0; event != null && told < AT_ONCE; told++) {
            if (!toldOrGone(event, accounts, nowNs)) {
                return false;
            }
            event = waiting.first();
        }
        return event != null;
    }

    /** Tells one, and lets it go, also where it can't be told; false if there is no room for it. */
    private boolean toldOrGone(ClientEvent event, List<AccountSnapshot> accounts, long nowNs)
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

    private List<AccountSnapshot> accounts() throws InterruptedException {
        self.refresh();
        return server.ask(Inspection::server).accounts();
    }

    private boolean tell(ClientEvent event, List<AccountSnapshot> accounts, long nowNs)
            throws InterruptedException {
        Instant at = event.at();
        return switch (event) {
            case ClientEvent.Counted(_, String account, int clients) -> {
                if (clients == 0) {
                    beats.remove(account);
                } else if (isTold(account)) {
                    beats.put(account, nowNs + BEAT_NS);
                }
                yield tellCount(find(accounts, account), at, clients);
            }
            case ClientEvent.Connected(_, ClientSnapshot client) ->
                    publish(
                            "$SYS.ACCOUNT." + client.account() + ".CONNECT",
                            json.connected(at, client));
            case ClientEvent.Disconnected(_, ClientSnapshot client) ->
                    publish(
                            "$SYS.ACCOUNT." + client.account() + ".DISCONNECT",
                            json.disconnected(at, client));
            case ClientEvent.Refused(_, ClientSnapshot client) ->
                    publish(
                            "$SYS.SERVER." + self.id() + ".CLIENT.AUTH.ERR",
                            json.disconnected(at, client));
        };
    }

    /** As in the reference the global account's clients aren't counted for others. */
    private static boolean isTold(String account) {
        return !account.equals(Account.GLOBAL);
    }

    private static @Nullable AccountSnapshot find(List<AccountSnapshot> accounts, String name) {
        for (AccountSnapshot each : accounts) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }

    /** Under the old subject and the new one. */
    private boolean tellCount(@Nullable AccountSnapshot account, Instant at, int clients)
            throws InterruptedException {
        if (account == null || !isTold(account.name())) {
            return true;
        }
        String id = json.nextId();
        String name = account.name();
        return publish(
                        "$SYS.SERVER.ACCOUNT." + name + ".CONNS",
                        json.connections(id, at, account, clients))
                && publish(
                        "$SYS.ACCOUNT." + name + ".SERVER.CONNS",
                        json.connections(id, at, account, clients));
    }

    private long beat(long nowNs) throws InterruptedException {
        long nextNs = nowNs + BEAT_NS;
        List<AccountSnapshot> accounts = null;
        Iterator<Map.Entry<String, Long>> each = beats.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Long> beat = each.next();
            if (nowNs - beat.getValue() >= 0) {
                accounts = accounts == null ? accounts() : accounts;
                AccountSnapshot account = find(accounts, beat.getKey());
                if (account == null || account.clients() == 0) {
                    each.remove();
                    continue;
                }
                tellCount(account, clock.instant(), account.clients());
                beat.setValue(nowNs + BEAT_NS);
            }
            nextNs = nextNs - beat.getValue() > 0 ? beat.getValue() : nextNs;
        }
        return nextNs;
    }

    private boolean publish(String subject, byte[] event) {
        return port.publish(systemAccount, subject, "", new byte[0], event);
    }
}
