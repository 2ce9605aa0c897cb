package io.millrace.broker.routing.interest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.cache.Generations;
import io.millrace.broker.routing.match.Interest;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

class RecentSubjectsTest {
    private static final long NOW_NS = 1_000_000_000L;
    private static final long LATER_NS = NOW_NS + Duration.ofSeconds(2).toNanos();

    private final Account account = new Account(new Generations(0, 0), "A");
    private final Account other = new Account(new Generations(1, 0), "B");
    private final Ledger ledger = Ledger.unbounded();
    private final RecentSubjects recent = new RecentSubjects(ledger);

    private static Interest in(String subject) {
        return new Interest(subject.getBytes(StandardCharsets.US_ASCII), new byte[0], 1) {
            @Override
            public int ownBytes() {
                return 0;
            }
        };
    }

    private boolean contains(Account of, String subject, long nowNs) {
        byte[] bytes = subject.getBytes(StandardCharsets.US_ASCII);
        try (NativeBlock block = NativeBlock.allocate(bytes.length)) {
            block.region().put(0, bytes);
            return recent.contain(of, block.region(), 0, bytes.length, nowNs);
        }
    }

    @Test
    void shouldKnowForTwoSecondsWhatWasAskedFor() {
        recent.add(account, in("inbox.*"), NOW_NS);
        recent.add(account, in("inbox.*"), NOW_NS + 1);
        assertThat(contains(account, "inbox.1", NOW_NS)).isTrue();
        assertThat(contains(account, "inbox", NOW_NS)).isFalse();
        assertThat(contains(other, "inbox.1", NOW_NS)).isFalse();
        assertThat(contains(account, "inbox.1", LATER_NS)).isTrue();
        assertThat(contains(account, "inbox.1", LATER_NS + 1)).isFalse();
    }

    /** Subjects may be as long as a line, and come by the hundred thousand. */
    @Test
    void shouldTakeTheOldestToBeKnownWhenThereIsMuch() {
        String padding = "x".repeat(4000);
        for (int i = 0; i < 20_000; i++) {
            recent.add(account, in(padding + i + ".*"), NOW_NS);
        }
        assertThat(contains(account, padding + "0.a", NOW_NS)).isFalse();
        assertThat(contains(account, padding + "19999.a", NOW_NS)).isTrue();
        int kept = 0;
        for (int i = 0; i < 20_000; i++) {
            kept += contains(account, padding + i + ".a", NOW_NS) ? 1 : 0;
        }
        assertThat(kept).isBetween(1000, 32 * 1024 * 1024 / 4000);
        assertThat(ledger.bytes(Debt.INDEX)).isBetween(kept * 4_000L, 32L * 1024 * 1024);
        assertThat(contains(account, padding, LATER_NS + 1)).isFalse();
        assertThat(ledger.bytes(Debt.INDEX)).isZero();
    }
}
