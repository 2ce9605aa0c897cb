package io.millrace.broker.routing.account;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The accounts of the server. Routing thread. */
public final class Accounts {
    private final Account global = new Account(0, Account.GLOBAL);
    private final Map<String, Account> byName = new LinkedHashMap<>(Map.of(Account.GLOBAL, global));

    private int poolSize = 1;
    private Set<String> pinned = Set.of();
    private Consumer<Account> watcher = _ -> {};

    /** Has somebody hear of each account that is made from here on. */
    public void watch(Consumer<Account> newWatcher) {
        watcher = newWatcher;
    }

    /** The account of those that belong to no other. */
    public Account global() {
        return global;
    }

    public Collection<Account> all() {
        return byName.values();
    }

    /** The account of a name; null if there is none. */
    public @Nullable Account named(String name) {
        return byName.get(name);
    }

    /** The account of a name, made if there is none yet. */
    public Account of(String name) {
        Account known = byName.get(name);
        if (known == null) {
            known = placed(new Account(byName.size(), name));
            byName.put(name, known);
            watcher.accept(known);
        }
        return known;
    }

    /**
     * Shares the accounts among routes.
     *
     * @param newPoolSize routes to each server, at least 1
     * @param newPinned names of those that have routes of their own
     */
    public void share(int newPoolSize, Set<String> newPinned) {
        poolSize = newPoolSize;
        pinned = Set.copyOf(newPinned);
        all().forEach(this::placed);
    }

    private Account placed(Account account) {
        account.poolIndex = RouteShare.poolIndex(account.name, poolSize);
        account.pinned = pinned.contains(account.name);
        return account;
    }
}
