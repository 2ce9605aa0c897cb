package io.millrace.protocol;

/**
 * Finds out whether headers may ask for a message to be traced, while the parser is at them: by the
 * names at the beginnings of their lines, eight bytes at a time, and nothing more. What they ask
 * for in fact is looked at by whoever routes the message.
 */
final class TraceMarks {
    // In native byte order, as everything that is read from memory.
    private static final long LINE_ENDS = 0x0A0A0A0A0A0A0A0AL;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOWER_CASE = 0x2020202020202020L;

    private static final long VERSION = word("NATS/1.0");
    private static final int VERSION_BYTES = "NATS/1.0\r\n".length();

    private static final long NATS_TRA = word("Nats-Tra");
    private static final long ACE_DEST = word("ace-Dest");
    private static final int DEST_BYTES = 15;

    private static final long TRACEPAR = word("tracepar");
    private static final long CEPARENT = word("ceparent");
    private static final int PARENT_BYTES = 11;

    private TraceMarks() {}

    private static long word(String text) {
        long word = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            word |= (long) text.charAt(i) << Byte.SIZE * i;
        }
        return word;
    }

    /**
     * The flags of a message: {@link FrameLayout#TRACED} and {@link FrameLayout#TRACE_PARENT}, or
     * none.
     *
     * @param headers where they begin; their memory reaches as far as they do
     * @param length their bytes
     */
    static int of(long headers, int length) {
        // No name is shorter than the parent's, and a colon stands behind it.
        long end = headers + length - PARENT_BYTES;
        long at = headers + VERSION_BYTES;
        if (at >= end || Memory.getLong(headers) != VERSION) {
            return 0;
        }
        int flags = 0;
        do {
            flags |= name(at, (int) (end - at) + PARENT_BYTES);
            at = behindLine(at, end);
        } while (at < end);
        return flags;
    }

    /** Behind the first line end; the end, or what is behind it, if there is none before. */
    private static long behindLine(long from, long end) {
        long at = from;
        while (at < end - Long.BYTES) {
            long first = lineEnds(at);
            long second = lineEnds(at + Long.BYTES);
            if ((first | second) != 0) {
                return first != 0 ? behind(at, first) : behind(at + Long.BYTES, second);
            }
            at += 2 * Long.BYTES;
        }
        if (at < end) {
            long found = lineEnds(at);
            return found == 0 ? end : behind(at, found);
        }
        return end;
    }

    /** Not 0 if there is a line end among eight bytes; its lowest bit is the first one's. */
    private static long lineEnds(long at) {
        long word = Memory.getLong(at) ^ LINE_ENDS;
        return word - ONES & ~word & HIGH_BITS;
    }

    private static long behind(long at, long found) {
        return at + Long.numberOfTrailingZeros(found) / Byte.SIZE + 1;
    }

    private static int name(long line, int left) {
        long word = Memory.getLong(line);
        if (word == NATS_TRA) {
            return left > DEST_BYTES
                            && Memory.getLong(line + DEST_BYTES - Long.BYTES) == ACE_DEST
                            && Memory.getByte(line + DEST_BYTES) == ':'
                    ? FrameLayout.TRACED
                    : 0;
        }
        boolean parent =
                (word | LOWER_CASE) == TRACEPAR
                        && (Memory.getLong(line + PARENT_BYTES - Long.BYTES) | LOWER_CASE)
                                == CEPARENT
                        && Memory.getByte(line + PARENT_BYTES) == ':';
        return parent ? FrameLayout.TRACE_PARENT : 0;
    }
}
