package io.millrace.broker.routing.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.routing.cache.Generations;

import org.junit.jupiter.api.Test;

import java.util.Set;

/** What an account is held to, and how often the log says so. */
class AccountTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldLogRefusedSubscriptionsEveryOtherSecondOnly() {
        Account account = new Account(new Generations(1, 0), "A");
        long nowNs = System.nanoTime();
        assertThat(account.isRefusalLogged(nowNs)).isTrue();
        assertThat(account.isRefusalLogged(nowNs)).isFalse();
        assertThat(account.isRefusalLogged(nowNs + 2 * SECOND_NS - 1)).isFalse();
        assertThat(account.isRefusalLogged(nowNs + 2 * SECOND_NS)).isTrue();
        assertThat(account.isRefusalLogged(nowNs + 3 * SECOND_NS)).isFalse();
    }

    @Test
    void shouldFindAccountsInTheOrderOfTheirNames() {
        Accounts accounts = new Accounts();
        accounts.set(Set.of("C", "A", "B"));
        assertThat(accounts.after("A")).extracting(Account::name).containsExactly("B", "C");
        accounts.set(Set.of("B"));
        assertThat(accounts.after("")).extracting(Account::name).containsExactly("$G", "B");
    }

    @Test
    void shouldTakeTheSmallerOfTwoBounds() {
        assertThat(AccountLimits.NONE.payloadBytes(10)).isEqualTo(10);
        assertThat(new AccountLimits(-1, -1, 5, -1).payloadBytes(10)).isEqualTo(5);
        assertThat(new AccountLimits(-1, -1, 15, -1).payloadBytes(10)).isEqualTo(10);
        assertThat(new AccountLimits(-1, -1, 0, -1).payloadBytes(10)).isZero();
        assertThat(new AccountLimits(0, 0, -1, -1).allowAnother(0)).isFalse();
        assertThat(new AccountLimits(0, 0, -1, -1).allowSubscriptions(1)).isFalse();
        assertThat(AccountLimits.NONE.allowAnother(1_000_000)).isTrue();
    }
}
