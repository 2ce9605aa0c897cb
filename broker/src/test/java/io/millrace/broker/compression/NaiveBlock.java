package io.millrace.broker.compression;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Decodes a block in the plainest way, byte by byte: what {@link S2Block} is measured by. */
final class NaiveBlock {
    private final byte[] block;
    private final List<Byte> content = new ArrayList<>();
    private int next;

    private NaiveBlock(byte[] block) {
        this.block = block;
    }

    /** The content, or null if the block is damaged. */
    static byte @Nullable [] decode(byte[] block, int length) {
        NaiveBlock naive = new NaiveBlock(block);
        try {
            if (!naive.decode(length)) {
                return null;
            }
        } catch (IndexOutOfBoundsException e) {
            return null;
        }
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = naive.content.get(i);
        }
        return content;
    }

    private boolean decode(int length) {
        long offset = 0;
        while (next < block.length) {
            int tag = (int) number(1);
            int high = tag / 4;
            long size = high + 1;
            switch (tag % 4) {
                case 0 -> {
                    if (high >= 60) {
                        size = number(high - 59) + 1;
                    }
                    if (content.size() + size > length) {
                        return false;
                    }
                    for (long i = 0; i < size; i++) {
                        content.add(block[next++]);
                    }
                    continue;
                }
                case 1 -> {
                    long near = tag / 32 * 256 + number(1);
                    size = high % 8 + 4;
                    if (near != 0) {
                        offset = near;
                    } else if (high % 8 == 5) {
                        size = 8 + number(1);
                    } else if (high % 8 == 6) {
                        size = 260 + number(2);
                    } else if (high % 8 == 7) {
                        size = 65540 + number(3);
                    }
                }
                case 2 -> offset = number(2);
                default -> offset = number(4);
            }
            if (offset == 0 || offset > content.size() || content.size() + size > length) {
                return false;
            }
            for (long i = 0; i < size; i++) {
                content.add(content.get(content.size() - (int) offset));
            }
        }
        return content.size() == length;
    }

    private long number(int count) {
        long number = 0;
        for (int i = 0; i < count; i++) {
            number |= (block[next++] & 0xFFL) << 8 * i;
        }
        return number;
    }
}
