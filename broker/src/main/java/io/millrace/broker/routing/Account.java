package io.millrace.broker.routing;

import io.millrace.broker.config.UserOptions;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A tenant: subjects of one account are not those of another. Routing thread. */
public final class Account {
    /** The account of clients that belong to no other. */
    public static final String GLOBAL = UserOptions.GLOBAL_ACCOUNT;

    final int id;
    final String name;
    final SubscriptionIndex index = new SubscriptionIndex();
    final Traffic traffic = new Traffic();
    long slowConsumers;

    // --- in a cluster

    /** Its place among the routes of a pool. */
    int poolIndex;

    /** Whether it has routes of its own. */
    boolean pinned;

    /**
     * What other servers know of: members by subject, with the queue group behind a blank if there
     * is one.
     */
    final Map<String, Integer> announced = new HashMap<>();

    /** Its name with a blank, as it stands in the lines of routes. */
    final byte[] routedName;

    Account(int id, String name) {
        this.id = id;
        this.name = name;
        this.routedName = (name + " ").getBytes(StandardCharsets.UTF_8);
    }

    public String name() {
        return name;
    }
}
