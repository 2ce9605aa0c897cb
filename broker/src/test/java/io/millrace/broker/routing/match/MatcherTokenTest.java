package io.millrace.broker.routing.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.routing.cache.Generations;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/** The numbers of subjects, by which what is known of them is remembered. */
class MatcherTokenTest {
    @Test
    void shouldKeepTheNumberOfWhatWasMatchedLastWhenThatOfAnotherSubjectIsAskedFor() {
        Matcher matcher = new Matcher(new Ledger(MemoryBounds.NONE));
        matcher.use(new SubjectCache(64));
        SubscriptionIndex index = new SubscriptionIndex(new Generations(0, 0));
        SubscriptionIndex others = new SubscriptionIndex(new Generations(1, 0));
        try (NativeBlock block = NativeBlock.allocate(16)) {
            Region bytes = block.region();
            bytes.put(0, "ab".getBytes(StandardCharsets.US_ASCII));
            long first = bytes.hash(0, 1);
            long second = bytes.hash(1, 1);
            matcher.match(index, bytes, 0, 1, first);
            assertThat(matcher.token()).as("of what is asked for once").isZero();
            for (int i = 0; i < 64; i++) {
                matcher.match(others, bytes, 1, 1, second);
                matcher.match(index, bytes, 0, 1, first);
            }
            long other = matcher.tokenOf(others, bytes, 1, 1, second);
            long known = matcher.token();
            assertThat(other).isNotZero().isNotEqualTo(known);
            matcher.match(others, bytes, 1, 1, second);
            assertThat(matcher.token()).isEqualTo(other);
            matcher.match(index, bytes, 0, 1, first);
            assertThat(matcher.token()).isEqualTo(known);
        }
        matcher.close();
    }
}
