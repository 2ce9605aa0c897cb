package io.millrace.broker.store.block;

import java.io.IOException;
import java.util.Arrays;

/** The bytes of each section of a checkpoint that was checked as a whole. */
final class SectionLengths {
    private long[] lengths = {};
    private int count;

    private SectionLengths() {}

    long get(int section) {
        return lengths[section];
    }

    /**
     * Walks all frames.
     *
     * @throws CorruptCheckpointException if they don't make sections
     */
    static SectionLengths check(CheckpointFrames frames) throws IOException {
        SectionLengths all = new SectionLengths();
        boolean isInside = false;
        long bytes = 0;
        while (true) {
            int kind = frames.next();
            if (isInside != (kind == CheckpointLayout.MORE || kind == CheckpointLayout.END)) {
                throw frames.corrupt("a frame of kind " + kind + " isn't where it belongs");
            }
            switch (kind) {
                case CheckpointLayout.BEGIN -> {
                    frames.checkBody(CheckpointLayout.BEGIN_BYTES);
                    isInside = true;
                    bytes = 0;
                }
                case CheckpointLayout.MORE -> bytes += frames.bodyBytes();
                case CheckpointLayout.END -> {
                    frames.checkBody(Long.BYTES);
                    if (frames.region().getLong(frames.bodyOffset()) != bytes) {
                        throw frames.corrupt("a section hasn't the length that it says");
                    }
                    isInside = false;
                    all.add(bytes);
                }
                case CheckpointLayout.END_OF_FILE -> {
                    frames.checkBody(Long.BYTES);
                    if (frames.region().getLong(frames.bodyOffset()) != all.count) {
                        throw frames.corrupt("there are fewer sections than there were");
                    }
                    frames.checkEnd();
                    return all;
                }
                default -> throw frames.corrupt("there is no frame of kind " + kind);
            }
        }
    }

    private void add(long bytes) {
        if (count == lengths.length) {
            lengths = Arrays.copyOf(lengths, Math.max(16, 2 * count));
        }
        lengths[count++] = bytes;
    }
}
