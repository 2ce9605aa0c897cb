package io.millrace.broker.config.auth;

import io.millrace.broker.config.Durations;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with the options of who may connect, from whatever source they come. */
public final class AuthChecks {
    private AuthChecks() {}

    /** Everything that is wrong; empty if nothing is. */
    public static List<String> problems(AuthOptions auth) {
        List<String> problems = new ArrayList<>();
        if (!auth.username().isEmpty() && !auth.token().isEmpty()) {
            problems.add("Cannot have a user/pass and token");
        }
        if (auth.username().isEmpty() && !auth.password().isEmpty()) {
            problems.add("a password needs a user");
        }
        if (auth.timeout().isNegative()) {
            problems.add(
                    "authorization timeout must be longer than nothing: "
                            + Durations.text(auth.timeout()));
        }
        problems.addAll(noAuthUserProblems(auth.noAuthUser(), auth));
        String system = auth.systemAccount();
        if (!system.isEmpty()
                && !auth.accountNames().contains(system)
                && !system.equals(UserOptions.GLOBAL_ACCOUNT)) {
            problems.add("error resolving system account: account missing");
        }
        return problems;
    }

    /** What is wrong with a user that clients are who don't say who they are. */
    public static List<String> noAuthUserProblems(String nobody, AuthOptions auth) {
        if (nobody.isEmpty()
                || auth.users().stream().anyMatch(user -> user.name().equals(nobody))) {
            return List.of();
        }
        return List.of(
                "no_auth_user: \""
                        + nobody
                        + (auth.users().isEmpty()
                                ? "\" present, but users/nkeys are not defined"
                                : "\" not present as user or nkey in authorization block or"
                                        + " account configuration"));
    }
}
