package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;

/** Every length up to one above the bulk copy's threshold, and every alignment. */
class RegionTest {
    private static final int LONGEST = 200;
    private static final int ALIGNMENTS = 8;

    @Test
    void shouldCopyEveryLengthBetweenAnyAlignments() {
        for (int length = 0; length <= LONGEST; length++) {
            byte[] content = content(length);
            for (int from = 0; from < ALIGNMENTS; from++) {
                for (int to = 0; to < ALIGNMENTS; to++) {
                    try (NativeBytes source = new NativeBytes(content, from);
                            NativeBytes target = new NativeBytes(new byte[length], to)) {
                        source.region().copy(0, target.region(), 0, length);
                        assertThat(target.bytes()).isEqualTo(content);
                        assertThat(target.marginsAreIntact()).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void shouldPutAndGetArraysOfEveryLength() {
        for (int length = 0; length <= LONGEST; length++) {
            byte[] content = content(length);
            try (NativeBytes target = new NativeBytes(new byte[length], length % ALIGNMENTS)) {
                target.region().put(0, content);
                assertThat(target.bytes()).isEqualTo(content);
                assertThat(target.marginsAreIntact()).isTrue();
                assertThat(target.region().bytes(0, length)).isEqualTo(content);
            }
        }
    }

    @Test
    void shouldPutTheFirstBytesOfAnArray() {
        byte[] content = content(LONGEST);
        for (int length = 0; length <= LONGEST; length++) {
            try (NativeBytes target = new NativeBytes(new byte[length], 0)) {
                target.region().put(0, content, 0, length);
                assertThat(target.bytes()).isEqualTo(Arrays.copyOf(content, length));
                assertThat(target.marginsAreIntact()).isTrue();
            }
        }
    }

    @Test
    void shouldGetIntoTheMiddleOfAnArray() {
        try (NativeBytes source = NativeBytes.of("hello")) {
            byte[] target = {1, 1, 1, 1, 1};
            source.region().get(1, target, 2, 2);
            assertThat(target).containsExactly(1, 1, 'e', 'l', 1);
        }
    }

    @Test
    void shouldTellEqualBytesFromThoseThatDifferInOne() {
        for (int length = 0; length <= LONGEST; length++) {
            byte[] content = content(length);
            try (NativeBytes a = new NativeBytes(content, length % ALIGNMENTS);
                    NativeBytes b = new NativeBytes(content, 3)) {
                assertThat(a.region().equal(0, b.region(), 0, length)).isTrue();
                assertThat(a.region().equal(0, content)).isTrue();
                for (int i = 0; i < length; i++) {
                    b.region().putByte(i, (byte) ~content[i]);
                    assertThat(a.region().equal(0, b.region(), 0, length)).isFalse();
                    assertThat(b.region().equal(0, content)).isFalse();
                    b.region().putByte(i, content[i]);
                }
            }
        }
    }

    @Test
    void shouldNotLookBehindTheEndWhenComparing() {
        try (NativeBytes a = NativeBytes.of("0123456789abcde-");
                NativeBytes b = NativeBytes.of("0123456789abcde+")) {
            assertThat(a.region().equal(0, b.region(), 0, 15)).isTrue();
            assertThat(a.region().equal(0, b.region(), 0, 16)).isFalse();
        }
    }

    @Test
    void shouldHashTheSameBytesAlikeAtAnyAlignment() {
        for (int length = 0; length <= LONGEST; length++) {
            Set<Long> hashes = new HashSet<>();
            for (int shift = 0; shift < ALIGNMENTS; shift++) {
                try (NativeBytes bytes = new NativeBytes(content(length), shift)) {
                    hashes.add(bytes.region().hash(0, length));
                    assertThat(bytes.marginsAreIntact()).isTrue();
                }
            }
            assertThat(hashes).hasSize(1);
        }
    }

    @Test
    void shouldHashZerosOfEveryLengthDifferently() {
        Set<Long> hashes = new HashSet<>();
        try (NativeBytes zeros = NativeBytes.of(new byte[LONGEST])) {
            for (int length = 0; length <= LONGEST; length++) {
                hashes.add(zeros.region().hash(0, length));
            }
        }
        assertThat(hashes).hasSize(LONGEST + 1);
    }

    @Test
    void shouldHashDifferentlyWhenAnyBitDiffers() {
        for (int length = 1; length <= 40; length++) {
            try (NativeBytes bytes = NativeBytes.of(content(length))) {
                Set<Long> hashes = new HashSet<>();
                hashes.add(bytes.region().hash(0, length));
                for (int bit = 0; bit < length * Byte.SIZE; bit++) {
                    flip(bytes.region(), bit);
                    hashes.add(bytes.region().hash(0, length));
                    flip(bytes.region(), bit);
                }
                assertThat(hashes).hasSize(1 + length * Byte.SIZE);
            }
        }
    }

    /**
     * With a known factor, these would have the same hash whatever it began with: the change of the
     * highest bit of one word is undone by that of two bits of the next.
     */
    @Test
    void shouldNotLetTheChangeOfOneWordUndoThatOfTheOneBefore() {
        byte[] content = content(4 * Long.BYTES);
        try (NativeBytes one = NativeBytes.of(content);
                NativeBytes other = NativeBytes.of(content)) {
            Region bytes = other.region();
            bytes.putLong(0, bytes.getLong(0) ^ 1L << 63);
            bytes.putLong(8, bytes.getLong(8) ^ (1L << 63 | 1L << 31));
            assertThat(bytes.hash(0, content.length))
                    .isNotEqualTo(one.region().hash(0, content.length));
        }
    }

    @Test
    void shouldNotLetAWordMakeUpForAnotherLength() {
        Set<Long> hashes = new HashSet<>();
        int count = 0;
        for (int length = 1; length <= 3; length++) {
            try (NativeBytes bytes = NativeBytes.of(new byte[length])) {
                for (int last = 0; last < 256; last++) {
                    bytes.region().putByte(length - 1, (byte) last);
                    hashes.add(bytes.region().hash(0, length));
                    count++;
                }
            }
        }
        assertThat(hashes).hasSize(count);
    }

    @Test
    void shouldFindTheFirstByteOfAValueWithinTheRangeOnly() {
        byte[] values = {'.', 0, 1, (byte) 0x80, (byte) 0xFF};
        for (byte value : values) {
            for (int length = 0; length <= 20; length++) {
                byte[] content = new byte[length + 2];
                // The neighbours of the value in number must not be taken for it.
                Arrays.fill(content, (byte) (value ^ 1));
                content[0] = value;
                content[length + 1] = value;
                for (int at = 1; at <= length; at++) {
                    byte[] with = content.clone();
                    with[at] = value;
                    with[length] = value;
                    try (NativeBytes bytes = new NativeBytes(with, at % ALIGNMENTS)) {
                        assertThat(bytes.region().indexOf(value, 1, length + 1)).isEqualTo(at);
                    }
                }
                try (NativeBytes bytes = NativeBytes.of(content)) {
                    assertThat(bytes.region().indexOf(value, 1, length + 1)).isEqualTo(length + 1);
                }
            }
        }
    }

    // --- bounds

    /** Something that takes an offset and a length. */
    private interface Access {
        void at(int offset, int length);
    }

    private static final int SIZE = 24;

    /** Ends, numbers of any sign near them, and such that overflow together. */
    private static final int[] NUMBERS = {
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 1,
        Integer.MIN_VALUE + SIZE,
        -SIZE - 1,
        -SIZE,
        -9,
        -8,
        -4,
        -1,
        0,
        1,
        7,
        8,
        SIZE - 9,
        SIZE - 8,
        SIZE - 7,
        SIZE - 4,
        SIZE - 3,
        SIZE - 1,
        SIZE,
        SIZE + 1,
        Integer.MAX_VALUE - SIZE,
        Integer.MAX_VALUE - 7,
        Integer.MAX_VALUE - 1,
        Integer.MAX_VALUE
    };

    @Test
    void shouldReadAndWriteValuesWithinItsEndsOnly() {
        try (NativeBytes bytes = NativeBytes.of(new byte[SIZE])) {
            Region region = bytes.region();
            checkValues(1, region::getByte);
            checkValues(1, offset -> region.putByte(offset, (byte) 1));
            checkValues(4, region::getInt);
            checkValues(4, offset -> region.putInt(offset, 1));
            checkValues(8, region::getLong);
            checkValues(8, offset -> region.putLong(offset, 1));
            assertThat(bytes.marginsAreIntact()).isTrue();
        }
    }

    private static void checkValues(int size, IntConsumer access) {
        for (int offset : NUMBERS) {
            check(offset >= 0 && offset <= SIZE - size, () -> access.accept(offset), offset, size);
        }
    }

    @Test
    void shouldTouchRangesWithinItsEndsOnly() {
        byte[] array = new byte[SIZE];
        try (NativeBytes bytes = NativeBytes.of(new byte[SIZE]);
                NativeBytes others = NativeBytes.of(new byte[SIZE])) {
            Region region = bytes.region();
            Region other = others.region();
            checkRanges((offset, length) -> region.copy(offset, other, 0, length));
            checkRanges((offset, length) -> other.copy(0, region, offset, length));
            checkRanges((offset, length) -> region.equal(offset, other, 0, length));
            checkRanges((offset, length) -> other.equal(0, region, offset, length));
            checkRanges((offset, length) -> region.put(offset, array, 0, length));
            checkRanges((offset, length) -> region.get(offset, array, 0, length));
            checkRanges((offset, length) -> region.put(0, array, offset, length));
            checkRanges((offset, length) -> region.get(0, array, offset, length));
            checkRanges((offset, length) -> region.bytes(offset, length));
            checkRanges((offset, length) -> region.hash(offset, length));
            checkRanges((offset, length) -> region.indexOf((byte) 1, offset, offset + length));
            assertThat(bytes.marginsAreIntact()).isTrue();
            assertThat(others.marginsAreIntact()).isTrue();
        }
    }

    private static void checkRanges(Access access) {
        for (int offset : NUMBERS) {
            for (int length : NUMBERS) {
                boolean within = offset >= 0 && length >= 0 && (long) offset + length <= SIZE;
                check(within, () -> access.at(offset, length), offset, length);
            }
        }
    }

    @Test
    void shouldPutAndCompareWholeArraysWithinItsEndsOnly() {
        try (NativeBytes bytes = NativeBytes.of(new byte[SIZE])) {
            Region region = bytes.region();
            for (int offset : NUMBERS) {
                for (int length : new int[] {0, 1, SIZE - 1, SIZE, SIZE + 1}) {
                    boolean within = offset >= 0 && offset <= SIZE - length;
                    byte[] array = new byte[length];
                    check(within, () -> region.put(offset, array), offset, length);
                    check(within, () -> region.equal(offset, array), offset, length);
                }
            }
            assertThat(bytes.marginsAreIntact()).isTrue();
        }
    }

    private static void check(boolean within, Runnable access, int offset, int length) {
        boolean done;
        try {
            access.run();
            done = true;
        } catch (IndexOutOfBoundsException e) {
            done = false;
        }
        if (done != within) {
            throw new AssertionError(
                    "%d bytes at %d of %d: %s"
                            .formatted(length, offset, SIZE, done ? "done" : "refused"));
        }
    }

    @Test
    void shouldHaveNothingToReadWhereThereIsNone() {
        assertThat(Region.NONE.length()).isZero();
        assertThat(Region.NONE.bytes(0, 0)).isEmpty();
        assertThatThrownBy(() -> Region.NONE.getByte(0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        Frame nowhere = new Frame();
        assertThatThrownBy(() -> nowhere.bytes().getByte(nowhere.subjectOffset()))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> nowhere.moveTo(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldNotBeMadeOfNoMemory() {
        assertThatIllegalArgumentException().isThrownBy(() -> Region.of(4711, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> Region.of(0, 1));
    }

    /**
     * Subjects that count up fill a table about evenly, whichever half of the hash picks the place.
     * How evenly depends on the secret of the process: of a few hundred, the worst had three times
     * as many at one place as there should be.
     */
    @Test
    void shouldSpreadNumberedSubjectsOfEveryLengthOverBothHalves() {
        int places = 1024;
        int perPlace = 16;
        for (int length = 0; length < 2 * Long.BYTES; length += 3) {
            int[] low = new int[places];
            int[] high = new int[places];
            for (int i = 0; i < perPlace * places; i++) {
                String text = "x".repeat(length) + (100_000 + i);
                try (NativeBytes subject = NativeBytes.of(text)) {
                    long hash = subject.region().hash(0, subject.length());
                    low[(int) hash & places - 1]++;
                    high[(int) (hash >>> 32) & places - 1]++;
                }
            }
            assertThat(Arrays.stream(low).max().orElseThrow()).isLessThan(6 * perPlace);
            assertThat(Arrays.stream(high).max().orElseThrow()).isLessThan(6 * perPlace);
        }
    }

    @Test
    void shouldReadAndWriteValuesInNativeOrderAtAnyAlignment() {
        for (int shift = 0; shift < ALIGNMENTS; shift++) {
            byte[] content = content(Long.BYTES);
            ByteBuffer expected = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
            try (NativeBytes source = new NativeBytes(content, shift);
                    NativeBytes target = new NativeBytes(new byte[Long.BYTES], shift)) {
                assertThat(source.region().getByte(0)).isEqualTo(content[0]);
                assertThat(source.region().getInt(0)).isEqualTo(expected.getInt(0));
                assertThat(source.region().getLong(0)).isEqualTo(expected.getLong(0));
                target.region().putLong(0, expected.getLong(0));
                assertThat(target.bytes()).isEqualTo(content);
                target.region().putInt(4, 0);
                target.region().putByte(0, (byte) 0);
                assertThat(target.bytes())
                        .isEqualTo(new byte[] {0, content[1], content[2], content[3], 0, 0, 0, 0});
                assertThat(target.marginsAreIntact()).isTrue();
            }
        }
    }

    private static void flip(Region bytes, int bit) {
        int at = bit / Byte.SIZE;
        bytes.putByte(at, (byte) (bytes.getByte(at) ^ 1 << bit % Byte.SIZE));
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (i * 37 + 11);
        }
        return content;
    }
}
