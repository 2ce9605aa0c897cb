package io.millrace.broker.routing.watch;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.AccountWatcher;
import io.millrace.broker.routing.account.Accounts;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * All watches of interest: whether anybody would hear a subject if it were published here. Routing
 * thread.
 *
 * <p>Who watches is told soon how it is, and again when it is different from what was told. What
 * changes often may be told less often, but how it is in the end always is.
 */
public final class InterestWatches implements AccountWatcher {
    private final Ledger ledger;
    private final Accounts accounts;
    private final Listeners listeners = new Listeners();
    private final PendingLooks looks = new PendingLooks(listeners);
    private final Map<String, WatchedAccount> byName = new HashMap<>();

    /** Makes it without any. */
    public InterestWatches(Ledger ledger, Accounts accounts) {
        this.ledger = ledger;
        this.accounts = accounts;
        accounts.watch(this);
    }

    /**
     * Somebody watches a subject.
     *
     * @param number the watcher's own
     * @param account its name; where there is none of it, nobody is interested
     * @param subject literal; not to be changed any more
     */
    public Watch add(Watcher watcher, int number, String account, byte[] subject) {
        WatchedAccount known = byName.get(account);
        if (known == null) {
            known = new WatchedAccount(account, ledger, looks);
            byName.put(account, known);
            known.is(accounts.named(account));
        }
        return known.add(watcher, number, subject);
    }

    /** Ends a watch; its watcher is told when nothing more is said of it. */
    public void remove(Watch watch) {
        forget(watch);
        looks.add(watch);
    }

    /** Ends a watch whose watcher has ended. */
    public void forget(Watch watch) {
        WatchedAccount account = watch.subject.account;
        account.remove(watch);
        if (account.isEmpty()) {
            account.is(null);
            byName.remove(account.name);
        }
    }

    /** A watcher has ended: it is told nothing more. */
    public void forget(Watcher watcher) {
        looks.forget(watcher);
    }

    @Override
    public void made(Account account) {
        WatchedAccount watched = byName.get(account.name);
        if (watched != null) {
            watched.is(account);
        }
    }

    @Override
    public void removed(Set<Account> gone) {
        for (Account each : gone) {
            WatchedAccount watched = byName.get(each.name);
            if (watched != null) {
                watched.is(null);
            }
        }
    }

    /**
     * Does a little of what is to be looked at again.
     *
     * @throws OutOfMemoryError if there is no memory to tell somebody; that is left to do
     */
    public void step() {
        looks.step();
    }

    /**
     * Does what is about single subjects, as far as it doesn't take long. So who has left one is
     * known no later than what was published behind that.
     *
     * @throws OutOfMemoryError as {@link #step}
     */
    public void hurry() {
        if (looks.hasSubjects()) {
            looks.stepSubjects();
        }
    }

    /** Whether something is to be looked at again. */
    public boolean isWaiting() {
        return !looks.isEmpty();
    }

    /** Frees what it allocated. */
    public void close() {
        listeners.close();
    }
}
