package io.millrace.broker.config.jetstream;

import io.millrace.broker.config.account.AccountJetStream;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.auth.UserOptions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which accounts may use JetStream, and by which names they know it. */
public final class JetStreamAccounts {
    private JetStreamAccounts() {}

    /**
     * What each account may use, by its name; those that may use nothing are missing, and all are
     * if the server has no JetStream. Where there is none but the global and the system account,
     * the global one may use all there is, without being asked.
     */
    public static Map<String, AccountJetStream> of(JetStreamOptions jetStream, AuthOptions auth) {
        Map<String, AccountJetStream> accounts = new LinkedHashMap<>();
        if (!jetStream.enabled()) {
            return accounts;
        }
        for (AccountOptions each : auth.accounts()) {
            AccountJetStream use = each.jetStream();
            if (use != null) {
                accounts.put(each.name(), use);
            }
        }
        if (others(auth).isEmpty()) {
            accounts.putIfAbsent(AccountOptions.GLOBAL, AccountJetStream.UNBOUNDED);
        }
        return accounts;
    }

    private static Set<String> others(AuthOptions auth) {
        Set<String> names = new TreeSet<>(auth.accountNames());
        auth.users().stream().map(UserOptions::account).forEach(names::add);
        names.remove(AccountOptions.GLOBAL);
        names.remove(auth.systemAccount());
        return names;
    }

    /** An account with the mappings that domains bring; its own stand in front of them. */
    public static AccountOptions mapped(
            AccountOptions account, JetStreamOptions jetStream, AuthOptions auth) {
        List<MappingOptions> more = mappings(account.name(), jetStream, auth);
        if (more.isEmpty()) {
            return account;
        }
        Set<String> own =
                account.mappings().stream().map(MappingOptions::source).collect(Collectors.toSet());
        List<MappingOptions> all = new ArrayList<>(account.mappings());
        more.stream().filter(each -> !own.contains(each.source())).forEach(all::add);
        return account.withMappings(List.copyOf(all));
    }

    private static List<MappingOptions> mappings(
            String account, JetStreamOptions jetStream, AuthOptions auth) {
        String elsewhere = jetStream.defaultDomains().get(account);
        if (elsewhere != null) {
            boolean own = of(jetStream, auth).containsKey(account);
            if (!own && !elsewhere.isEmpty()) {
                return DomainMappings.to(elsewhere);
            }
            if (own && elsewhere.isEmpty()) {
                return joined(DomainMappings.offered(), named(account, jetStream, auth));
            }
        }
        return named(account, jetStream, auth);
    }

    private static List<MappingOptions> joined(
            List<MappingOptions> some, List<MappingOptions> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    /** The domain's names of the server's own API. */
    private static List<MappingOptions> named(
            String account, JetStreamOptions jetStream, AuthOptions auth) {
        String domain = jetStream.domain();
        if (!jetStream.enabled() || domain.isEmpty()) {
            return List.of();
        }
        if (account.equals(auth.systemAccount())) {
            return DomainMappings.ofSystem(domain);
        }
        return DomainMappings.of(domain);
    }
}
