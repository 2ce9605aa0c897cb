package io.millrace.broker.routing.account;

/** Hears of accounts that come and go. Routing thread. */
public interface AccountWatcher {
    /** There is a new account. */
    void made(Account account);

    /**
     * An account is no more: nobody finds it by its name. Those who are in it are about to go, and
     * with them what they asked for.
     */
    void removed(Account account);
}
