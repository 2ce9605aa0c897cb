package io.millrace.broker.routing.account;

import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.config.account.TraceOptions;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.routing.cache.Generations;
import io.millrace.broker.routing.match.PartedMap;
import io.millrace.broker.routing.match.SubscriptionIndex;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A tenant: subjects of one account are not those of another. Routing thread. */
public final class Account {
    /** The account of clients that belong to no other. */
    public static final String GLOBAL = UserOptions.GLOBAL_ACCOUNT;

    private static final long REFUSAL_LOG_NS = 2_000_000_000L;

    /** A number that no other account has; another one may get it when this one has ended. */
    public final int id;

    /** Tells it from all others that have had its number. */
    public final int epoch;

    /** Which cached results of it are outdated. */
    final Generations generations;

    /** When it came into being. */
    public final Instant made = Instant.now();

    public final String name;
    public final byte[] nameBytes;
    public final SubscriptionIndex index;
    public final Traffic traffic = new Traffic();

    /** What its clients are held to, beside the limits of the server. */
    public AccountLimits limits = AccountLimits.NONE;

    /** Of its interest: subscriptions of clients ever made, and those that ended. */
    public long inserts;

    public long removes;
    public long slowConsumers;

    private long refusalLogDueNs = System.nanoTime();

    /** Of its interest: that of services, here and of other servers. */
    public int servicesInterest;

    // --- what it shares with others; set by what compiles it

    /** What the configuration says of it. */
    public AccountPlan plan;

    /** Where traces of messages go that have a {@code traceparent} header; null for nowhere. */
    public @Nullable TraceOptions traces;

    /** What it has of other accounts' messages. */
    public ImportedStream[] streams = {};

    /** Whom its clients may ask. */
    public ImportedService[] services = {};

    /** Where answers of its clients to other accounts arrive; null while nobody of those asks. */
    public @Nullable ReplyGate gate;

    // --- in a cluster

    /** What of its traffic has crossed routes. */
    public final Traffic routed = new Traffic();

    /** What of its traffic has crossed leaf nodes' connections. */
    public final Traffic leaves = new Traffic();

    /** What of its traffic has come from other clusters or gone there. */
    public final Traffic gateways = new Traffic();

    /** Leaf nodes' connections that carry it. */
    public int leafNodes;

    /** Clients that are in it and have said so, or needn't. */
    public int clients;

    /** Whether services that everybody may ask know it. */
    public boolean served;

    /** Clients in it at other servers, as far as those have told. */
    public int clientsElsewhere;

    /** Its place among the routes of a pool. */
    int poolIndex;

    /** Whether it has routes of its own. */
    public boolean pinned;

    /**
     * What other servers know of: members by subject, with the queue group behind a blank if there
     * is one.
     */
    public final PartedMap<Long> announced = new PartedMap<>();

    /** Its name with a blank, as it stands in the lines of routes. */
    public final byte[] routedName;

    /**
     * Makes one without interest.
     *
     * @param generations those of its number
     */
    public Account(Generations generations, String name) {
        this.generations = generations;
        id = generations.account();
        epoch = generations.nextEpoch();
        index = new SubscriptionIndex(generations);
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
        plan = AccountPlan.none(name);
        this.routedName = (name + " ").getBytes(StandardCharsets.UTF_8);
    }

    /** Whether nobody is in it, and nothing is left of what was. */
    boolean isEmpty() {
        return clients == 0 && index.size() == 0 && announced.isEmpty();
    }

    /**
     * Whether the log is to say that a client of it may have no more subscriptions: every other
     * second, as who is refused may try again at once.
     *
     * @param nowNs {@link System#nanoTime}
     */
    public boolean isRefusalLogged(long nowNs) {
        boolean due = nowNs - refusalLogDueNs >= 0;
        if (due) {
            refusalLogDueNs = nowNs + REFUSAL_LOG_NS;
        }
        return due;
    }

    /** How much of its interest shows: all but that of services. */
    public int subscriptions() {
        return index.size() - servicesInterest;
    }

    /**
     * Messages have come from another server.
     *
     * @param by where those of that kind of connection are counted
     */
    public void received(Traffic by, int messages, long bytes) {
        traffic.in(messages, bytes);
        by.in(messages, bytes);
    }

    /** A message goes to another server; see {@link #received}. */
    public void forwarded(Traffic by, int bytes) {
        traffic.out(1, bytes);
        by.out(1, bytes);
    }

    public String name() {
        return name;
    }
}
