package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The addresses of a JVM that lets nobody have real ones. */
class SegmentTableTest {
    private static final int PIECES = 3_000;

    private final SegmentTable table = new SegmentTable();

    @Test
    void shouldFindEachPieceByAnyAddressWithinIt() {
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> pieces = new ArrayList<>();
            List<Long> addresses = new ArrayList<>();
            for (int i = 0; i < PIECES; i++) {
                pieces.add(arena.allocate(8));
                addresses.add(table.add(pieces.get(i)));
            }
            assertThat(addresses).doesNotHaveDuplicates().doesNotContain(0L);
            for (int i = 0; i < PIECES; i++) {
                assertThat(table.at(addresses.get(i) + 7)).isSameAs(pieces.get(i));
                assertThat(SegmentTable.offset(addresses.get(i) + 7)).isEqualTo(7);
            }
        }
    }

    @Test
    void shouldHaveNothingWhereAPieceWasRemovedUntilAnotherTakesItsPlace() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(8);
            long address = table.add(one);
            table.remove(address);
            assertThat(table.at(address).byteSize()).isZero();
            MemorySegment other = arena.allocate(8);
            assertThat(table.add(other)).isEqualTo(address);
            assertThat(table.at(address)).isSameAs(other);
            assertThat(table.at(0).byteSize()).isZero();
        }
    }
}
