package io.millrace.broker.routing;

import io.millrace.broker.config.auth.UserOptions;

import java.nio.charset.StandardCharsets;

/** A tenant: subjects of one account are not those of another. Routing thread. */
public final class Account {
    /** The account of clients that belong to no other. */
    public static final String GLOBAL = UserOptions.GLOBAL_ACCOUNT;

    final int id;
    final String name;
    final byte[] nameBytes;
    final SubscriptionIndex index = new SubscriptionIndex();
    final Traffic traffic = new Traffic();
    long slowConsumers;

    /** Of its interest: that of services, here and of other servers. */
    int servicesInterest;

    // --- in a cluster

    /** What of its traffic has crossed routes. */
    final Traffic routed = new Traffic();

    /** Clients that are in it and have said so, or needn't. */
    int clients;

    /** Its place among the routes of a pool. */
    int poolIndex;

    /** Whether it has routes of its own. */
    boolean pinned;

    /**
     * What other servers know of: members by subject, with the queue group behind a blank if there
     * is one.
     */
    final PartedMap<Integer> announced = new PartedMap<>();

    /** Its name with a blank, as it stands in the lines of routes. */
    final byte[] routedName;

    Account(int id, String name) {
        this.id = id;
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
        this.routedName = (name + " ").getBytes(StandardCharsets.UTF_8);
    }

    /** How much of its interest shows: all but that of services. */
    int subscriptions() {
        return index.size() - servicesInterest;
    }

    /** A message has come from another server. */
    void received(int bytes) {
        traffic.in(1, bytes);
        routed.in(1, bytes);
    }

    /** A message goes to another server. */
    void forwarded(int bytes) {
        traffic.out(1, bytes);
        routed.out(1, bytes);
    }

    public String name() {
        return name;
    }
}
