package io.millrace.broker.config.jetstream;

import io.millrace.broker.config.account.AccountOptions;
import io.millrace.protocol.Subject;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is wrong with the options of JetStream, from whatever source they come. */
public final class JetStreamChecks {
    /** What can't stand in a name of JetStream's. */
    private static final String NOT_IN_NAMES = " \t\r\n\f.*>";

    private JetStreamChecks() {}

    /**
     * Everything that is wrong; empty if nothing is.
     *
     * @param isClustered whether the server is a member of a cluster
     * @param accounts those that the configuration names
     * @param systemAccount empty for none
     */
    public static List<String> problems(
            JetStreamOptions jetStream,
            boolean isClustered,
            List<AccountOptions> accounts,
            String systemAccount) {
        List<String> problems = new ArrayList<>();
        jetStream
                .defaultDomains()
                .forEach(
                        (account, domain) ->
                                problems.add(
                                        defaultDomain(account, domain, accounts, systemAccount)));
        problems.add(domain(jetStream.domain()));
        if (jetStream.enabled()) {
            notBuilt(jetStream, problems);
            if (isClustered) {
                problems.add("JetStream in a cluster is not built yet");
            }
            if (named(accounts, systemAccount).filter(AccountOptions::hasJetStream).isPresent()) {
                problems.add("Not allowed to enable JetStream on the system account");
            }
        }
        problems.removeIf(String::isEmpty);
        return problems;
    }

    /**
     * What bounds things that aren't bounded so yet, if anything else than the default is wanted.
     */
    private static void notBuilt(JetStreamOptions its, List<String> problems) {
        notBuilt(
                its.maxBufferedMessages() != JetStreamOptions.DEFAULT_MAX_BUFFERED_MESSAGES,
                "max_buffered_msgs",
                problems);
        boolean isInfoApart =
                its.infoQueueLimit() > 0 && its.infoQueueLimit() != its.requestQueueLimit();
        notBuilt(isInfoApart, "info_queue_limit", problems);
    }

    private static void notBuilt(boolean isWanted, String key, List<String> problems) {
        if (isWanted) {
            problems.add("jetstream " + key + " is not supported by Millrace yet");
        }
    }

    /** What is allowed but worth knowing. */
    public static List<String> warnings(JetStreamOptions jetStream) {
        Map<String, String> domains = jetStream.defaultDomains();
        return domains.isEmpty()
                ? List.of()
                : List.of(
                        "The option `default_js_domain` is a temporary backwards compatibility"
                                + " measure and will be removed");
    }

    private static String defaultDomain(
            String account, String domain, List<AccountOptions> accounts, String systemAccount) {
        Optional<AccountOptions> found = named(accounts, account);
        if (found.isPresent() && found.get().hasJetStream() && !domain.isEmpty()) {
            return "default_js_domain contains account name \""
                    + account
                    + "\" with enabled JetStream";
        }
        if (account.equals(systemAccount)) {
            return "system account \"" + account + "\" can not be in default_js_domain";
        }
        if (found.isEmpty() && !account.equals(AccountOptions.GLOBAL)) {
            return "in non operator mode, `default_js_domain` references non existing account \""
                    + account
                    + '"';
        }
        return domain.isEmpty() || Subject.isValid(api(domain))
                ? ""
                : "default_js_domain contains account \""
                        + account
                        + "\" with invalid domain name \""
                        + domain
                        + '"';
    }

    private static Optional<AccountOptions> named(List<AccountOptions> accounts, String name) {
        return accounts.stream().filter(account -> account.name().equals(name)).findFirst();
    }

    private static String domain(String domain) {
        if (domain.isEmpty()) {
            return "";
        }
        if (!Subject.isValid(api(domain))) {
            return "invalid domain name: derived \"" + api(domain) + "\" is not a valid subject";
        }
        return domain.chars().anyMatch(c -> NOT_IN_NAMES.indexOf(c) >= 0)
                ? "invalid domain name: may not contain ., * or >"
                : "";
    }

    private static String api(String domain) {
        return "$JS." + domain + ".API.>";
    }
}
