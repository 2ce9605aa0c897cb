package io.millrace.broker.routing.interest;

import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.delivery.Message;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.AccountWatcher;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.account.CrossingRules;
import io.millrace.broker.routing.account.ReplyGate;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Departures;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Tracer;
import io.millrace.protocol.Frame;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Interest that crosses servers, in both directions: over which routes, of which accounts, and by
 * which rules. Routing thread.
 */
public final class RoutedInterest implements AccountWatcher, HeardInterest.Changes {
    private final Matcher matcher;
    private final Accounts accounts;
    private final OwnInterest own;
    private final HeardInterest heard;
    private final Beyond beyond;

    /** Those that lead to a server that is known. */
    private final List<Route> routes = new ArrayList<>();

    private boolean clustered;
    private @Nullable CrossingRules rules;

    public RoutedInterest(
            Ledger ledger,
            Tracer tracer,
            Matcher matcher,
            Outbox outbox,
            Accounts accounts,
            Counters counters,
            InterestMemory memory,
            Departures departures) {
        this.matcher = matcher;
        this.accounts = accounts;
        own = new OwnInterest(ledger, tracer, outbox, accounts, routes, this::tells);
        beyond = new Beyond(ledger, tracer, outbox, accounts);
        heard = new HeardInterest(matcher, outbox, counters, memory, departures, this, this::takes);
        accounts.watch(this);
    }

    @Override
    public void made(Account account) {
        beyond.made(account);
        heard.made(account);
    }

    /** There may be one of its name again before all who were in it have gone. */
    @Override
    public void removed(Set<Account> gone) {
        gone.forEach(this::forget);
    }

    private void forget(Account account) {
        own.withdrawAll(account);
        for (Route route : routes) {
            heard.removed(route, account);
            route.formerAccounts.remove(account);
            if (route.lastAccount == account) {
                route.lastAccount = null;
            }
        }
        beyond.removed(account);
    }

    /** What those beyond the cluster are told. */
    public Beyond beyond() {
        return beyond;
    }

    @Override
    public void came(RemoteInterest interest, int more) {
        beyond.changed(interest.account, interest, more);
    }

    @Override
    public void went(RemoteInterest interest) {
        beyond.changed(interest.account, interest, -interest.weight);
    }

    /**
     * The server is one of a cluster; called before anybody subscribes.
     *
     * @param permissions what may cross; null for everything
     */
    public void joinCluster(@Nullable RoutePermissions permissions) {
        clustered = true;
        rules = CrossingRules.of(permissions);
    }

    /**
     * Other rules hold from here on: the others are told what is different for them, and what they
     * told is forgotten where it isn't taken any more.
     */
    public void permit(@Nullable RoutePermissions permissions) {
        CrossingRules before = rules;
        rules = CrossingRules.of(permissions);
        own.tellChanges(subject -> tells(before, subject));
        heard.removeWhatIsNotTaken(routes);
    }

    /**
     * The accounts are shared among routes in another way from here on.
     *
     * @param poolSize routes to each server, at least 1
     * @param pinned names of those that have routes of their own
     */
    public void share(int poolSize, Set<String> pinned) {
        List<Account> leaving = new ArrayList<>();
        List<Account> returning = new ArrayList<>();
        for (Account account : accounts.all()) {
            if (account.pinned != pinned.contains(account.name)) {
                (account.pinned ? returning : leaving).add(account);
            }
        }
        leaving.forEach(account -> carriers(account).forEach(r -> r.formerAccounts.add(account)));
        accounts.share(poolSize, pinned);
        returning.forEach(this::tellPool);
    }

    /** The routes of pools that carry an account. */
    private List<Route> carriers(Account account) {
        return routes.stream()
                .filter(route -> !route.peer.closing && route.isPooled(account))
                .toList();
    }

    private void tellPool(Account account) {
        for (Route route : carriers(account)) {
            RouteShare share = route.share;
            if (share != null) {
                route.formerAccounts.remove(account);
                own.tell(account, route, share);
            }
        }
    }

    private boolean tells(String subject) {
        return tells(rules, subject);
    }

    /**
     * Whether other servers may publish to a subject here.
     *
     * @param subject literal; its bytes are taken for characters
     */
    public boolean letsIn(String subject) {
        return tells(subject);
    }

    private static boolean tells(@Nullable CrossingRules rules, String subject) {
        return rules == null || rules.tells(subject);
    }

    private boolean takes(String subject) {
        CrossingRules current = rules;
        return current == null || current.takes(subject);
    }

    /** Whether a message may leave for other servers; see {@link CrossingRules#letsGo}. */
    public boolean mayLeave(Message message) {
        return rules == null
                || rules.letsGo(
                        message.subjectBytes(),
                        message.subjectOffset(),
                        message.subjectLength(),
                        matcher.token());
    }

    /** Those that lead to a server that is known. */
    public List<Route> routes() {
        return routes;
    }

    /** Number of routes that lead to a server that is known. */
    public int count() {
        return routes.size();
    }

    // --- ours

    /** Somebody here wants messages of an account. */
    void announced(Account account, Interest interest) {
        if (clustered) {
            own.announced(account, interest);
        }
        beyond.changed(account, interest, interest.weight);
    }

    /**
     * Answers are to arrive at a gate. Others learn of it only now, as the reference's do: a
     * cluster gets accounts one server after the other, and those that don't know one yet ignore
     * it.
     */
    public void answeredAt(ReplyGate gate) {
        if (!gate.told) {
            gate.told = true;
            announced(gate.account, gate);
        }
    }

    /** Somebody here doesn't want them any more. */
    void withdrawn(Account account, Interest interest) {
        if (clustered) {
            own.withdrawn(account, interest);
        }
        beyond.changed(account, interest, -interest.weight);
    }

    /** A leaf node wants something more, or less: other servers are told, as of a client. */
    void leafChanged(RemoteInterest interest, int more) {
        if (clustered) {
            own.changed(interest, more);
        }
    }

    /** Something that is asked for here is answered in another account, or is no more. */
    void shown(Account account, String subject, int more) {
        beyond.shown(account, subject, more);
    }

    // --- routes

    /** Tells a server everything, and from here on what changes. */
    public void add(Route route, RouteShare share) {
        routes.add(route);
        own.tellAll(route, share);
    }

    /** Tells a server everything again, which it may have ignored before. */
    public void tellAgain(Route route) {
        RouteShare share = route.share;
        if (share != null) {
            own.tellAll(route, share);
        }
    }

    /** What a server has told of an account over this route, it has told over another one. */
    public void forget(Route route, String account) {
        Account known = accounts.named(account);
        if (known != null) {
            heard.removeAll(route, known);
        }
    }

    /** A route has ended, and with it what its server told over it. */
    public void remove(Route route) {
        routes.remove(route);
        heard.removeAll(route);
    }

    // --- theirs

    /** Another server has told of interest. */
    public void subscribed(Route route, Frame frame) {
        Account account = account(route, frame);
        if (account != null && route.takingOver) {
            for (Route other : routes) {
                if (!other.isOneAccounts() && other.peer.name.equals(route.peer.name)) {
                    heard.unsubscribed(other, account, frame);
                }
            }
        }
        boolean news = account != null && isToldOf(account) && !heard.knows(route, account);
        heard.subscribed(route, account, frame);
        if (account != null && news) {
            own.tellGate(account, route);
        }
    }

    private static boolean isToldOf(Account account) {
        return account.gate != null && account.gate.told;
    }

    /** Another server has told that interest is gone. */
    public void unsubscribed(Route route, Frame frame) {
        Account account = account(route, frame);
        if (account == null) {
            heard.unsubscribed(route, frame);
        } else {
            heard.unsubscribed(route, account, frame);
        }
    }

    /** The account a frame of a route is about; null if there is none of that name. */
    public @Nullable Account account(Route route, Frame frame) {
        RouteShare share = route.share;
        if (share != null && share.isOneAccounts()) {
            if (route.lastAccount == null) {
                route.lastAccount = accounts.named(share.account());
            }
            return route.lastAccount;
        }
        if (route.lastAccount == null
                || route.lastAccountName.length != frame.accountLength()
                || !frame.bytes().equal(frame.accountOffset(), route.lastAccountName)) {
            route.lastAccountName = frame.account();
            route.lastAccount =
                    accounts.named(new String(route.lastAccountName, StandardCharsets.UTF_8));
        }
        return route.lastAccount;
    }
}
