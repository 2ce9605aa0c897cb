package io.millrace.broker.routing;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Accounts;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The accounts that a service has numbered, so that it needn't name them in what it says. A number
 * stands for the name: where there is no such account it waits for one. Routing thread.
 */
final class NumberedAccounts {
    private final Accounts accounts;
    private final List<Numbered> byNumber = new ArrayList<>();

    private static final class Numbered {
        final String name;

        /** Null until somebody asks, and where there is none. */
        @Nullable Account account;

        Numbered(String name) {
            this.name = name;
        }
    }

    NumberedAccounts(Accounts accounts) {
        this.accounts = accounts;
    }

    /**
     * An account has a number.
     *
     * @param number the next that is free, from 0
     */
    void number(int number, String name) {
        if (number != byNumber.size()) {
            throw new IllegalStateException("not the next number of an account: " + number);
        }
        byNumber.add(new Numbered(name));
    }

    /** The name of a number. */
    String name(int number) {
        return byNumber.get(number).name;
    }

    /** The account of a number; null if there is none now. */
    @Nullable Account of(int number) {
        Numbered known = byNumber.get(number);
        Account account = known.account;
        if (account == null) {
            account = accounts.named(known.name);
            known.account = account;
        }
        return account;
    }

    /** Accounts are no more; others may come under their names. */
    void removed(Set<Account> gone) {
        for (Numbered each : byNumber) {
            if (each.account != null && gone.contains(each.account)) {
                each.account = null;
            }
        }
    }
}
