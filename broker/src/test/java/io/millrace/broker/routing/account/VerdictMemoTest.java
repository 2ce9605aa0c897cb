package io.millrace.broker.routing.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

class VerdictMemoTest {
    private static final VerdictRoom PLENTY = VerdictRoom.ofConfiguration();

    private static VerdictMemo memo(VerdictRoom room) {
        return new VerdictMemo(
                _ -> {
                    throw new AssertionError("not asked");
                },
                room);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSayWhatItWasToldOrNothing(boolean mayGrow) {
        VerdictMemo memo = memo(mayGrow ? VerdictRoom.ofConfiguration() : VerdictRoom.none());
        Random random = new Random(3);
        int known = 0;
        for (int i = 0; i < 1_000_000; i++) {
            long token = 1 + random.nextInt(20_000) + (random.nextInt(50) == 0 ? 1L << 40 : 0);
            int verdict = token % 3 == 0 ? VerdictMemo.YES : VerdictMemo.NO;
            int got = memo.get(token);
            if (got == VerdictMemo.UNKNOWN) {
                memo.put(token, verdict == VerdictMemo.YES);
                got = memo.get(token);
            } else {
                known++;
            }
            if (got != verdict) {
                throw new AssertionError(token + ": " + got);
            }
        }
        assertThat(known).isPositive();
    }

    /** The cache numbers subjects one after the other. */
    @Test
    void shouldForgetNothingWhileThereIsRoom() {
        VerdictMemo memo = memo(VerdictRoom.ofConfiguration());
        long first = 123_456_789_012L;
        for (int i = 0; i < VerdictMemo.MOST_PLACES; i++) {
            assertThat(memo.get(first + i)).isEqualTo(VerdictMemo.UNKNOWN);
            memo.put(first + i, i % 2 == 0);
        }
        for (int i = 0; i < VerdictMemo.MOST_PLACES; i++) {
            assertThat(memo.get(first + i)).isEqualTo(i % 2 == 0 ? 1 : 0);
        }
    }

    @Test
    void shouldShareTheRoomAmongAllUsers() {
        VerdictRoom room = VerdictRoom.ofConfiguration();
        List<VerdictMemo> memos = Stream.generate(() -> memo(room)).limit(100).toList();
        long remembered = 0;
        for (VerdictMemo memo : memos) {
            for (int token = 1; token <= VerdictMemo.MOST_PLACES; token++) {
                memo.put(token, true);
            }
            for (int token = 1; token <= VerdictMemo.MOST_PLACES; token++) {
                remembered += memo.get(token) == VerdictMemo.YES ? 1 : 0;
            }
        }
        assertThat(room.take(VerdictMemo.MOST_PLACES)).isFalse();
        assertThat(remembered)
                .isBetween(
                        3L * VerdictMemo.MOST_PLACES,
                        4L * VerdictMemo.MOST_PLACES + 100L * VerdictMemo.FEWEST_PLACES);
    }

    @Test
    void shouldAskTheRuleOnceForASubjectOfTheCache() {
        List<String> asked = new ArrayList<>();
        VerdictMemo memo =
                new VerdictMemo(
                        subject -> {
                            asked.add(subject);
                            return subject.equals("a");
                        },
                        VerdictRoom.none());
        try (NativeBlock block = NativeBlock.allocate(2)) {
            Region bytes = block.region();
            bytes.put(0, new byte[] {'a', 'b'});
            for (int i = 0; i < 3; i++) {
                assertThat(memo.allows(bytes, 0, 1, 7)).isTrue();
                assertThat(memo.allows(bytes, 1, 1, 8)).isFalse();
                assertThat(memo.allows(bytes, 1, 1, 8)).isFalse();
            }
            assertThat(asked).containsExactly("a", "b");
            assertThat(memo.allows(bytes, 0, 1, 0)).isTrue();
            assertThat(memo.allows(bytes, 0, 1, 0)).isTrue();
            assertThat(asked).containsExactly("a", "b", "a", "a");
        }
    }

    /** Else a client could fill the memory with subscriptions that know much each. */
    @Test
    void shouldBeSharedByAllSubscriptionsForWhichTheSameHolds() {
        Permissions plain = permissions("a");
        assertThat(filter(plain, "*", ""))
                .isNotNull()
                .isSameAs(filter(plain, ">", ""))
                .isSameAs(filter(plain, "*", "q1"));
        assertThat(filter(plain, "b.*", "")).isNull();
        Permissions queues = permissions("a v.*");
        assertThat(filter(queues, "*", "q1"))
                .isSameAs(filter(queues, ">", "q1"))
                .isNotSameAs(filter(queues, ">", "q2"))
                .isNotSameAs(filter(queues, ">", ""));
        for (int i = 0; i < 1000; i++) {
            filter(queues, "*", "v." + i);
        }
        assertThat(filter(queues, "*", "q1")).isSameAs(filter(queues, "*", "q1"));
        assertThat(filter(queues, "*", "v.900")).isNotSameAs(filter(queues, "*", "v.900"));
    }

    private static Permissions permissions(String denied) {
        return new Permissions(
                new PermissionOptions(
                        SubjectRules.EVERYTHING, new SubjectRules(null, List.of(denied)), null),
                PLENTY);
    }

    private static Permissions.DeliveryFilter filter(
            Permissions permissions, String subject, String queue) {
        return permissions.filter(
                subject.getBytes(StandardCharsets.US_ASCII),
                queue.getBytes(StandardCharsets.US_ASCII));
    }
}
