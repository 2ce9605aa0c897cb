package io.millrace.broker.store.log;

import io.millrace.broker.store.RecordLayout;
import io.millrace.protocol.Region;

/** Finds heads of batches in a segment; moves the window along. */
final class HeadSearch {
    private static final int PIECE_BYTES = 64 << 10;

    private final SegmentWindow window;

    HeadSearch(SegmentWindow window) {
        this.window = window;
    }

    /** Reads the head at an offset; false if there is none, or a damaged one. */
    boolean read(Segment segment, int offset, int limit, BatchHead into) {
        int room = limit - offset;
        if (room < BatchLayout.HEAD_BYTES) {
            return false;
        }
        int at = window.at(offset, BatchLayout.HEAD_BYTES);
        return into.read(window.region(), window.checksum(), at, segment.place(offset), room)
                && into.durableEnd() <= segment.base() + offset;
    }

    /** The offset of the first head from an offset on; {@code limit} if there is none. */
    int next(Segment segment, int from, int limit, BatchHead into) {
        int offset = from;
        while (limit - offset >= BatchLayout.HEAD_BYTES) {
            int found = nextMagic(offset, Math.min(limit, offset + PIECE_BYTES));
            if (found >= 0) {
                if (read(segment, found, limit, into)) {
                    return found;
                }
                offset = found + RecordLayout.ALIGNMENT;
            } else {
                offset += PIECE_BYTES;
            }
        }
        return limit;
    }

    private int nextMagic(int from, int to) {
        int at = window.at(from, to - from);
        Region region = window.region();
        int end = at + to - from - Integer.BYTES;
        for (int i = at; i <= end; i += RecordLayout.ALIGNMENT) {
            if (region.getInt(i) == BatchLayout.MAGIC) {
                return from + i - at;
            }
        }
        return -1;
    }

    /** Whether there is nothing but zeros. */
    boolean isBlank(int from, int to) {
        for (int offset = from; offset < to; offset += PIECE_BYTES) {
            int bytes = Math.min(PIECE_BYTES, to - offset);
            int at = window.at(offset, bytes);
            Region region = window.region();
            long any = 0;
            for (int i = 0; i < bytes; i += Long.BYTES) {
                any |= region.getLong(at + i);
            }
            if (any != 0) {
                return false;
            }
        }
        return true;
    }
}
