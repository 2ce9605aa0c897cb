package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Every length up to one above the bulk copy's threshold, and every alignment. */
class MemoryTest {
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
                        Memory.copy(source.address(), target.address(), length);
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
                Memory.put(target.address(), content);
                assertThat(target.bytes()).isEqualTo(content);
                assertThat(target.marginsAreIntact()).isTrue();
                assertThat(Memory.bytes(target.address(), length)).isEqualTo(content);
            }
        }
    }

    @Test
    void shouldPutTheFirstBytesOfAnArray() {
        byte[] content = content(LONGEST);
        for (int length = 0; length <= LONGEST; length++) {
            try (NativeBytes target = new NativeBytes(new byte[length], 0)) {
                Memory.put(target.address(), content, 0, length);
                assertThat(target.bytes()).isEqualTo(Arrays.copyOf(content, length));
                assertThat(target.marginsAreIntact()).isTrue();
            }
        }
    }

    @Test
    void shouldGetIntoTheMiddleOfAnArray() {
        try (NativeBytes source = NativeBytes.of("hello")) {
            byte[] target = {1, 1, 1, 1, 1};
            Memory.get(source.address() + 1, target, 2, 2);
            assertThat(target).containsExactly(1, 1, 'e', 'l', 1);
        }
    }

    @Test
    void shouldTellEqualBytesFromThoseThatDifferInOne() {
        for (int length = 0; length <= LONGEST; length++) {
            byte[] content = content(length);
            try (NativeBytes a = new NativeBytes(content, length % ALIGNMENTS);
                    NativeBytes b = new NativeBytes(content, 3)) {
                assertThat(Memory.equal(a.address(), b.address(), length)).isTrue();
                assertThat(Memory.equal(a.address(), content)).isTrue();
                for (int i = 0; i < length; i++) {
                    Memory.putByte(b.address() + i, (byte) ~content[i]);
                    assertThat(Memory.equal(a.address(), b.address(), length)).isFalse();
                    assertThat(Memory.equal(b.address(), content)).isFalse();
                    Memory.putByte(b.address() + i, content[i]);
                }
            }
        }
    }

    @Test
    void shouldNotLookBehindTheEndWhenComparing() {
        try (NativeBytes a = NativeBytes.of("0123456789abcde-");
                NativeBytes b = NativeBytes.of("0123456789abcde+")) {
            assertThat(Memory.equal(a.address(), b.address(), 15)).isTrue();
            assertThat(Memory.equal(a.address(), b.address(), 16)).isFalse();
        }
    }

    @Test
    void shouldHashTheSameBytesAlikeAtAnyAlignment() {
        for (int length = 0; length <= LONGEST; length++) {
            Set<Long> hashes = new HashSet<>();
            for (int shift = 0; shift < ALIGNMENTS; shift++) {
                try (NativeBytes bytes = new NativeBytes(content(length), shift)) {
                    hashes.add(Memory.hash(bytes.address(), length));
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
                hashes.add(Memory.hash(zeros.address(), length));
            }
        }
        assertThat(hashes).hasSize(LONGEST + 1);
    }

    @Test
    void shouldHashDifferentlyWhenAnyBitDiffers() {
        for (int length = 1; length <= 40; length++) {
            try (NativeBytes bytes = NativeBytes.of(content(length))) {
                Set<Long> hashes = new HashSet<>();
                hashes.add(Memory.hash(bytes.address(), length));
                for (int bit = 0; bit < length * Byte.SIZE; bit++) {
                    flip(bytes.address(), bit);
                    hashes.add(Memory.hash(bytes.address(), length));
                    flip(bytes.address(), bit);
                }
                assertThat(hashes).hasSize(1 + length * Byte.SIZE);
            }
        }
    }

    /** Subjects that count up fill a table evenly, whichever half of the hash picks the place. */
    @Test
    void shouldSpreadNumberedSubjectsOfEveryLengthOverBothHalves() {
        int places = 1024;
        int perPlace = 64;
        for (int length = 0; length < 2 * Long.BYTES; length++) {
            int[] low = new int[places];
            int[] high = new int[places];
            for (int i = 0; i < perPlace * places; i++) {
                String text = "x".repeat(length) + (100_000 + i);
                try (NativeBytes subject = NativeBytes.of(text)) {
                    long hash = Memory.hash(subject.address(), subject.length());
                    low[(int) hash & places - 1]++;
                    high[(int) (hash >>> 32) & places - 1]++;
                }
            }
            assertThat(Arrays.stream(low).max().orElseThrow()).isLessThan(2 * perPlace);
            assertThat(Arrays.stream(high).max().orElseThrow()).isLessThan(2 * perPlace);
        }
    }

    @Test
    void shouldReadAndWriteValuesInNativeOrderAtAnyAlignment() {
        for (int shift = 0; shift < ALIGNMENTS; shift++) {
            byte[] content = content(Long.BYTES);
            ByteBuffer expected = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
            try (NativeBytes source = new NativeBytes(content, shift);
                    NativeBytes target = new NativeBytes(new byte[Long.BYTES], shift)) {
                assertThat(Memory.getByte(source.address())).isEqualTo(content[0]);
                assertThat(Memory.getInt(source.address())).isEqualTo(expected.getInt(0));
                assertThat(Memory.getLong(source.address())).isEqualTo(expected.getLong(0));
                Memory.putLong(target.address(), expected.getLong(0));
                assertThat(target.bytes()).isEqualTo(content);
                Memory.putInt(target.address() + 4, 0);
                Memory.putByte(target.address(), (byte) 0);
                assertThat(target.bytes())
                        .isEqualTo(new byte[] {0, content[1], content[2], content[3], 0, 0, 0, 0});
                assertThat(target.marginsAreIntact()).isTrue();
            }
        }
    }

    private static void flip(long address, int bit) {
        long at = address + bit / Byte.SIZE;
        Memory.putByte(at, (byte) (Memory.getByte(at) ^ 1 << bit % Byte.SIZE));
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (i * 37 + 11);
        }
        return content;
    }
}
