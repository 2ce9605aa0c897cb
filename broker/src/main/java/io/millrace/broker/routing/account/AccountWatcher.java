package io.millrace.broker.routing.account;

import java.util.Set;

/** Hears of accounts that come and go. Routing thread. */
public interface AccountWatcher {
    /** There is a new account. */
    void made(Account account);

    /**
     * Accounts are no more: nobody finds them by their names. Those who are in them are about to
     * go, and with them what they asked for. There may be very many, so they come at once.
     */
    void removed(Set<Account> accounts);
}
