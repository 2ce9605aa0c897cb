package io.millrace.broker.service;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The accounts that a service has numbered, by name. On the service's thread. */
final class AccountNumbers {
    private final Map<String, ServiceAccount> byName = new HashMap<>();
    private final Consumer<ServiceAccount> teller;

    /**
     * Makes none yet.
     *
     * @param teller tells the router of each
     */
    AccountNumbers(Consumer<ServiceAccount> teller) {
        this.teller = teller;
    }

    /** The account of a name, which has a number from here on. */
    ServiceAccount of(String name) {
        ServiceAccount known = byName.get(name);
        if (known != null) {
            return known;
        }
        ServiceAccount account = new ServiceAccount(byName.size(), name);
        teller.accept(account);
        byName.put(name, account);
        return account;
    }
}
