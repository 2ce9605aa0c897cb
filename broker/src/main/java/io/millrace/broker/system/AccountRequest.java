package io.millrace.broker.system;

import io.millrace.broker.monitor.AccountStatz;
import io.millrace.broker.monitor.BadQueryException;
import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.monitor.LeafzOptions;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.monitor.SubszOptions;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What can be asked of an account: a name, the options it takes, and who answers.
 *
 * @param name the last token of the subject
 * @param options of the request's body
 */
record AccountRequest(String name, OptionNames options, OfAccount answer) {
    /** Answers requests of one kind, of an account. */
    interface OfAccount {
        /** As {@link Answer#answer}. */
        JsonOut.@Nullable Fields answer(String account, RequestOptions asked)
                throws BadQueryException, InterruptedException;
    }

    /** Connections. */
    static AccountRequest connz(ServerAnswers answers) {
        return new AccountRequest(
                "CONNZ",
                ServerRequest.connz(),
                (account, asked) -> answers.connz(ServerRequest.connz(asked, account)));
    }

    /** What the account does. */
    static AccountRequest statz(ServerAnswers answers) {
        return new AccountRequest(
                "STATZ",
                statzOptions(),
                (account, asked) -> statz(answers, List.of(account), asked));
    }

    /** What all accounts do, or those that are asked for. */
    static Answer allStatz(ServerAnswers answers) {
        return asked -> statz(answers, asked.texts("accounts"), asked);
    }

    static OptionNames statzOptions() {
        return new OptionNames("AccountStatzEventOptions", "AccountStatzOptions")
                .with(OptionKind.TEXTS, "accounts")
                .with(OptionKind.FLAG, "include_unused");
    }

    private static JsonOut.@Nullable Fields statz(
            ServerAnswers answers, List<String> accounts, RequestOptions asked)
            throws BadQueryException, InterruptedException {
        boolean unused = asked.flag("include_unused");
        AccountStatz statz = answers.accountStatz(accounts, unused);
        return statz.accounts().isEmpty() && !unused ? null : statz.fields();
    }

    /** All that answer in the common envelope. */
    static List<AccountRequest> all(ServerAnswers answers) {
        return List.of(
                new AccountRequest(
                        "SUBSZ",
                        ServerRequest.subsz(),
                        (account, asked) -> {
                            SubszOptions of = ServerRequest.subsz(asked);
                            return answers.subsz(
                                    new SubszOptions(true, of.page(), account, of.test()));
                        }),
                connz(answers),
                new AccountRequest(
                        "LEAFZ",
                        ServerRequest.leafz(),
                        (account, asked) ->
                                answers.leafz(
                                        new LeafzOptions(asked.flag("subscriptions"), account))),
                new AccountRequest(
                        "JSZ",
                        ServerRequest.jsz(),
                        (account, asked) ->
                                answers.jszOfAccount(account, ServerRequest.jszOptions(asked))),
                new AccountRequest(
                        "INFO",
                        new OptionNames("AccInfoEventOptions", ""),
                        (account, _) -> answers.accountInfo(account)),
                statz(answers));
    }
}
