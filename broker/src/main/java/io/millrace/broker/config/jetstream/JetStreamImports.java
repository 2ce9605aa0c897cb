package io.millrace.broker.config.jetstream;

import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.Patterns;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.auth.AuthOptions;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiPredicate;

/** Which requests to JetStream accounts import, so that others than this server answer them. */
public final class JetStreamImports implements BiPredicate<String, String> {
    private final Map<String, Patterns<ServiceImport>> byAccount;

    private JetStreamImports(Map<String, Patterns<ServiceImport>> byAccount) {
        this.byAccount = byAccount;
    }

    /** Those of the accounts that there are. */
    public static JetStreamImports of(AuthOptions auth) {
        Map<String, Patterns<ServiceImport>> byAccount = new HashMap<>();
        for (AccountOptions account : auth.accounts()) {
            Patterns<ServiceImport> patterns = new Patterns<>();
            account.serviceImports().forEach(each -> patterns.add(each.from(), each));
            byAccount.put(account.name(), patterns);
        }
        return new JetStreamImports(byAccount);
    }

    /** Whether an account imports what is asked under a subject. */
    @Override
    public boolean test(String account, String subject) {
        Patterns<ServiceImport> its = byAccount.get(account);
        return its != null && !its.wider(subject).isEmpty();
    }
}
