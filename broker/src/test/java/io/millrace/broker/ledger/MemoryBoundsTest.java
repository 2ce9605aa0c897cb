package io.millrace.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryBoundsTest {
    private static final long MIB = 1024 * 1024;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            textBlock =
                    """
                    given | max heap | heap | native
                    8192  | 2048     | 1024 | 4096
                    1024  | 256      | 128  | 512
                    # no more than half of the heap
                    8192  | 256      | 128  | 4096
                    # a handful of clients, whatever there is
                    64    | 16       | 16   | 32
                    16    | 8        | 16   | 16
                    """)
    void shouldFollowFromTheMemoryThatWasGiven(
            long givenMib, long maxHeapMib, long heapMib, long nativeMib) {
        MemoryBounds bounds = MemoryBounds.of(givenMib * MIB, maxHeapMib * MIB);
        assertThat(bounds).isEqualTo(new MemoryBounds(heapMib * MIB, nativeMib * MIB));
        assertThat(bounds.bytes(Debt.Store.HEAP)).isEqualTo(heapMib * MIB);
        assertThat(bounds.bytes(Debt.Store.NATIVE)).isEqualTo(nativeMib * MIB);
    }
}
