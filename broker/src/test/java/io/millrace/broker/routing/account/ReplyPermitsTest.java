package io.millrace.broker.routing.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Times are injected, and begin anywhere, as those of the JVM's clock do. */
class ReplyPermitsTest {
    private static final long NOW = -7_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private static ReplyPermits permits(int max, Duration expires) {
        return permits(max, expires, Ledger.unbounded());
    }

    private static ReplyPermits permits(int max, Duration expires, Ledger ledger) {
        return new ReplyPermits(
                new ResponseRule(max, expires), new Debtor(ledger), new PermitMemory(ledger));
    }

    @Test
    void shouldPermitAsManyAnswersAsTheRuleSays() {
        ReplyPermits permits = permits(3, Duration.ofSeconds(10));
        permits.grant("a", NOW);
        permits.grant("b", NOW);
        for (int i = 0; i < 3; i++) {
            assertThat(permits.use("a", NOW)).isTrue();
        }
        assertThat(permits.use("a", NOW)).isFalse();
        assertThat(permits.use("b", NOW)).isTrue();
        assertThat(permits.use("c", NOW)).isFalse();
        assertThat(permits.size()).isEqualTo(1);
    }

    @Test
    void shouldPermitNothingAfterTheTimeIsUp() {
        ReplyPermits permits = permits(2, Duration.ofSeconds(10));
        permits.grant("a", NOW);
        assertThat(permits.use("a", NOW + 10 * SECOND)).as("just in time").isTrue();
        assertThat(permits.use("a", NOW + 10 * SECOND + 1)).isFalse();
        assertThat(permits.size()).isZero();
        assertThat(permits.use("a", NOW)).as("is gone for good").isFalse();
    }

    @Test
    void shouldNotEndWhatHasNoLimit() {
        ReplyPermits permits = permits(-1, Duration.ofSeconds(-1));
        permits.grant("a", NOW);
        for (int i = 0; i < 1000; i++) {
            assertThat(permits.use("a", NOW + i * 1_000_000 * SECOND)).isTrue();
        }
        permits.grant("b", NOW + 1_000_000_000 * SECOND);
        assertThat(permits.size()).isEqualTo(2);
    }

    @Test
    void shouldStartAnewWithEveryRequest() {
        ReplyPermits permits = permits(1, Duration.ofSeconds(10));
        permits.grant("a", NOW);
        permits.grant("b", NOW + 5 * SECOND);
        permits.grant("a", NOW + 8 * SECOND);
        assertThat(permits.size()).isEqualTo(2);
        permits.grant("c", NOW + 16 * SECOND);
        assertThat(permits.size()).as("b has expired, a has not").isEqualTo(2);
        assertThat(permits.use("a", NOW + 18 * SECOND)).isTrue();
        assertThat(permits.use("b", NOW + 15 * SECOND)).isFalse();
    }

    @Test
    void shouldForgetTheOldestWhenTooManyWait() {
        for (Duration expires : new Duration[] {Duration.ofHours(1), Duration.ofSeconds(-1)}) {
            ReplyPermits permits = permits(-1, expires);
            for (int i = 0; i < ReplyPermits.MAX_PERMITS + 10; i++) {
                permits.grant("r" + i, NOW + i);
            }
            assertThat(permits.size()).isEqualTo(ReplyPermits.MAX_PERMITS);
            assertThat(permits.use("r9", NOW)).isFalse();
            assertThat(permits.use("r10", NOW)).isTrue();
            permits.grant("r10", NOW + SECOND);
            assertThat(permits.size()).isEqualTo(ReplyPermits.MAX_PERMITS);
            permits.grant("new", NOW + SECOND);
            assertThat(permits.use("r11", NOW)).isFalse();
            assertThat(permits.use("r10", NOW)).isTrue();
        }
    }

    @Test
    void shouldHoldNoMoreThanWhatHasNotExpired() {
        ReplyPermits permits = permits(1, Duration.ofSeconds(1));
        for (int i = 0; i < 10_000; i++) {
            permits.grant("r" + i, NOW + i * SECOND);
            assertThat(permits.size()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void shouldTakeFromWhoHasMostWhereAllTogetherHaveTooMany() {
        Ledger ledger = new Ledger(new MemoryBounds(8 * 100_000, Long.MAX_VALUE));
        PermitMemory memory = new PermitMemory(ledger);
        ResponseRule rule = new ResponseRule(-1, Duration.ofSeconds(-1));
        ReplyPermits many = new ReplyPermits(rule, new Debtor(ledger), memory);
        ReplyPermits few = new ReplyPermits(rule, new Debtor(ledger), memory);
        few.grant("first", NOW);
        for (int i = 0; i < 10_000; i++) {
            many.grant("r" + i, NOW);
            assertThat(ledger.bytes(Debt.PERMITS)).isLessThanOrEqualTo(100_000);
        }
        few.grant("second", NOW);
        assertThat(few.use("first", NOW)).isTrue();
        assertThat(many.use("r9999", NOW)).isTrue();
        assertThat(many.use("r1", NOW)).isFalse();
        many.release();
        few.release();
        assertThat(ledger.bytes(Debt.PERMITS)).isZero();
    }

    @Test
    void shouldHoldNoMoreThanSoManyBytesWhateverTheSubjects() {
        Ledger ledger = Ledger.unbounded();
        ReplyPermits permits = permits(-1, Duration.ofSeconds(-1), ledger);
        for (int i = 0; i < 10_000; i++) {
            permits.grant(i + "x".repeat(4000), NOW);
        }
        assertThat(ledger.bytes(Debt.PERMITS)).isLessThanOrEqualTo(ReplyPermits.MAX_BYTES);
        assertThat(permits.size()).isGreaterThan(1000);
    }
}
