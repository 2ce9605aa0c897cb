package io.millrace.broker.store.block;

import io.millrace.protocol.Region;

import java.util.Arrays;

/** The table of a block that is being compressed, and its tail. Errands' thread. */
final class PackTable {
    private static final int INTS = PackedLayout.ENTRY_BYTES / Integer.BYTES;

    private int[] entries = new int[INTS * 128];
    private int pieces;

    void add(int place, int bytes, int fileOffset, int stored, int crc) {
        int at = pieces * INTS;
        if (at == entries.length) {
            entries = Arrays.copyOf(entries, 2 * entries.length);
        }
        entries[at] = place;
        entries[at + 1] = bytes;
        entries[at + 2] = fileOffset;
        entries[at + 3] = stored;
        entries[at + 4] = crc;
        pieces++;
    }

    /** Of the table, without the tail. */
    int bytes() {
        return pieces * PackedLayout.ENTRY_BYTES;
    }

    /** Writes table and tail, but for the tail's crc. */
    void write(Region to, int length, int records) {
        for (int i = 0; i < pieces * INTS; i++) {
            to.putInt(i * Integer.BYTES, entries[i]);
        }
        int tail = bytes();
        to.putInt(tail, PackedLayout.END);
        to.putInt(tail + PackedLayout.TAIL_PIECES_OFFSET, pieces);
        to.putInt(tail + PackedLayout.TAIL_LENGTH_OFFSET, length);
        to.putInt(tail + PackedLayout.TAIL_RECORDS_OFFSET, records);
        to.putInt(tail + PackedLayout.TAIL_RESERVED_OFFSET, 0);
    }
}
