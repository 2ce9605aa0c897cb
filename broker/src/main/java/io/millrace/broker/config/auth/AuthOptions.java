package io.millrace.broker.config.auth;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.tls.TlsOptions;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who may connect, and how they prove who they are.
 *
 * @param username the only user there is; empty for none
 * @param password that user's password, plain or hashed with bcrypt
 * @param token what everybody must present, plain or hashed with bcrypt; none for none
 * @param users the users there are
 * @param noAuthUser the user that clients are who don't say who they are; empty for none
 * @param anonymous whether clients that don't say who they are belong to the global account, though
 *     there are users
 * @param timeout time to send CONNECT where authentication is required
 * @param accounts the accounts that the configuration names, and the global one if it says anything
 *     of it
 * @param systemAccount the account of what the server says of itself; empty for none
 */
public record AuthOptions(
        String username,
        Secret password,
        Secret token,
        List<UserOptions> users,
        String noAuthUser,
        boolean anonymous,
        Duration timeout,
        List<AccountOptions> accounts,
        String systemAccount) {
    /** The system account where no other is chosen. */
    public static final String SYSTEM_ACCOUNT = "$SYS";

    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    /** The time that was chosen, or if that is 0 what there is then, as in the reference. */
    public static Duration timeout(Duration chosen, TlsOptions tls) {
        if (!chosen.isZero()) {
            return chosen;
        }
        return tls.enabled() ? tls.timeout().plusSeconds(1) : DEFAULT_TIMEOUT;
    }

    /** Names of the accounts that the configuration names, in its order; without the global one. */
    public Set<String> accountNames() {
        return names(accounts);
    }

    /** Names of accounts, without the global one. */
    public static Set<String> names(List<AccountOptions> accounts) {
        Set<String> names = new LinkedHashSet<>();
        for (AccountOptions account : accounts) {
            if (!account.name().equals(UserOptions.GLOBAL_ACCOUNT)) {
                names.add(account.name());
            }
        }
        return names;
    }

    /** The same for clients that log in otherwise, with these instead of what others have. */
    public AuthOptions overridden(
            String otherUsername, Secret otherPassword, Secret otherToken, String otherNoAuthUser) {
        return new AuthOptions(
                otherUsername,
                otherPassword,
                otherToken,
                users,
                otherNoAuthUser,
                anonymous,
                timeout,
                accounts,
                systemAccount);
    }

    /** Whether clients must say who they are. */
    public boolean isRequired() {
        return !username.isEmpty() || !token.isEmpty() || !users.isEmpty();
    }

    /** Whether clients are told that they must; not if they are somebody without saying so. */
    public boolean isAnnounced() {
        return isRequired() && noAuthUser.isEmpty();
    }
}
