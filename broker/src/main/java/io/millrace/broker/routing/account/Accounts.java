package io.millrace.broker.routing.account;

import io.millrace.broker.routing.cache.Generations;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The accounts of the server: made and removed as the configuration says. Routing thread.
 *
 * <p>A removed account can't be found any more, but lasts until all who were in it have gone; only
 * then its number is another's, whose {@linkplain Generations generations} begin where its own have
 * ended. So nothing that is known by a number is ever mistaken for another account's.
 */
public final class Accounts {
    private final Account global = new Account(new Generations(0, 0), Account.GLOBAL);
    private final Map<String, Account> byName = new LinkedHashMap<>(Map.of(Account.GLOBAL, global));
    private final NavigableMap<String, Account> ordered =
            new TreeMap<>(Map.of(Account.GLOBAL, global));
    private final List<Account> leaving = new ArrayList<>();

    /** Generations of numbers that are free again. */
    private final Deque<Generations> free = new ArrayDeque<>();

    private int nextId = 1;
    private int poolSize = 1;
    private Set<String> pinned = Set.of();
    private final List<AccountWatcher> watchers = new ArrayList<>();

    /** Has somebody hear of the accounts that come and go from here on. */
    public void watch(AccountWatcher watcher) {
        watchers.add(watcher);
    }

    /** The account of those that belong to no other, which is never removed. */
    public Account global() {
        return global;
    }

    /** All but those that were removed. */
    public Collection<Account> all() {
        return byName.values();
    }

    /** Those whose names come behind another, in the order of their names. */
    public Collection<Account> after(String name) {
        return ordered.tailMap(name, false).values();
    }

    /** The account of a name; null if there is none. */
    public @Nullable Account named(String name) {
        return byName.get(name);
    }

    /** From here on there are these accounts and the global one, and no others. */
    public void set(Set<String> names) {
        Set<Account> removed = new LinkedHashSet<>();
        for (Account each : byName.values()) {
            if (each != global && !names.contains(each.name)) {
                removed.add(each);
            }
        }
        if (!removed.isEmpty()) {
            remove(removed);
        }
        freeNumbers();
        for (String name : names) {
            if (!byName.containsKey(name)) {
                make(name);
            }
        }
    }

    private void remove(Set<Account> removed) {
        byName.values().removeAll(removed);
        removed.forEach(each -> ordered.remove(each.name));
        leaving.addAll(removed);
        watchers.forEach(watcher -> watcher.removed(removed));
    }

    /** Numbers of removed accounts are free when nothing is left of them. */
    private void freeNumbers() {
        for (Iterator<Account> each = leaving.iterator(); each.hasNext(); ) {
            Account account = each.next();
            if (account.isEmpty()) {
                each.remove();
                free.add(account.generations);
            }
        }
    }

    private void make(String name) {
        Generations before = free.poll();
        Generations generations =
                before == null
                        ? new Generations(nextId++, 0)
                        : new Generations(before.account(), before.nextEpoch());
        Account made = new Account(generations, name);
        place(made);
        byName.put(name, made);
        ordered.put(name, made);
        watchers.forEach(watcher -> watcher.made(made));
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
        all().forEach(this::place);
    }

    private void place(Account account) {
        account.poolIndex = RouteShare.poolIndex(account.name, poolSize);
        account.pinned = pinned.contains(account.name);
    }
}
