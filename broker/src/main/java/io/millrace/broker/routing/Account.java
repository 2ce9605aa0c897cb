package io.millrace.broker.routing;

import io.millrace.broker.config.UserOptions;

/** A tenant: subjects of one account are not those of another. Routing thread. */
public final class Account {
    /** The account of clients that belong to no other. */
    public static final String GLOBAL = UserOptions.GLOBAL_ACCOUNT;

    final int id;
    final String name;
    final SubscriptionIndex index = new SubscriptionIndex();
    final Traffic traffic = new Traffic();
    long slowConsumers;

    Account(int id, String name) {
        this.id = id;
        this.name = name;
    }

    public String name() {
        return name;
    }
}
