package io.millrace.broker.routing;

/** A tenant: subjects of one account are not those of another. Routing thread. */
public final class Account {
    /** The account of clients that belong to no other. */
    public static final String GLOBAL = "$G";

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
