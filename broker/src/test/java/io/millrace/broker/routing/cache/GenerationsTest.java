package io.millrace.broker.routing.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** What a wildcard outdates: all that it may match, and next to nothing else. */
class GenerationsTest {
    private final NativeBlock block = NativeBlock.allocate(4096);
    private final Region memory = block.region();
    private final Generations generations = new Generations(3, 10);

    @AfterEach
    void close() {
        block.close();
    }

    private int put(String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.US_ASCII);
        memory.put(0, bytes);
        return bytes.length;
    }

    private int of(String subject) {
        return generations.of(Generations.kind(memory, 0, put(subject)));
    }

    private void outdate(String subject) {
        generations.outdate(memory, 0, put(subject));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", ">", "*.b", "*.>"})
    void shouldOutdateAllWithAWildcardInFront(String wildcard) {
        int before = of("a.b");
        int other = of("x");
        outdate(wildcard);
        assertThat(of("a.b")).isNotEqualTo(before);
        assertThat(of("x")).isNotEqualTo(other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.*", "a.>", "a.b.*.c", "a.*.b"})
    void shouldOutdateWhatHasTheSameFirstToken(String wildcard) {
        int before = of("a.b.c");
        int alone = of("a");
        outdate(wildcard);
        assertThat(of("a.b.c")).isNotEqualTo(before);
        assertThat(of("a")).isNotEqualTo(alone);
    }

    /** Tokens that only look like wildcards. */
    @ParameterizedTest
    @ValueSource(strings = {"*x.b", ">>.b", "**.*", "_INBOX.one.*"})
    void shouldLeaveNearlyAllOthersAlone(String subject) {
        int same = 0;
        for (int i = 0; i < 1_000; i++) {
            String other = "orders" + i + ".new";
            int before = of(other);
            outdate(subject);
            same += of(other) == before ? 1 : 0;
        }
        assertThat(same).isGreaterThan(900);
    }

    @Test
    void shouldNeverComeBackToAGeneration() {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            outdate(i % 2 == 0 ? ">" : "a.*");
            assertThat(seen.add(of("a.b"))).isTrue();
        }
        Generations next = new Generations(3, generations.nextEpoch());
        assertThat(seen.add(next.of(Generations.kind(memory, 0, put("a.b"))))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1 << 24})
    void shouldTakeOnlyNumbersThatASlotCanHold(int account) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Generations(account, 0));
    }
}
