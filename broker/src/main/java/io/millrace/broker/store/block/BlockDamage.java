package io.millrace.broker.store.block;

/** Is told what can't be read. Shard thread. */
public interface BlockDamage {
    /** What is wrong. */
    enum Kind {
        /**
         * The end of a block isn't whole, and was cut off: as a crash leaves what wasn't synced.
         * The log still has it, unless it is damaged, too.
         */
        TORN_TAIL,
        /**
         * A part of a block is no record, but something behind it is. Either it was damaged, or a
         * crash left a hole in what wasn't synced; then the log still has it.
         */
        GAP,
        /** No block by its header: not of this store, stream or number, or damaged. */
        HEADER,
        /** A block that a checkpoint knows isn't there; that is right if nothing lives there. */
        MISSING,
        /** A block is shorter than a checkpoint says, or than it said itself. */
        CUT_OFF,
        /** The disk doesn't give it. */
        UNREADABLE
    }

    /**
     * A range of a file is of no use.
     *
     * @param file its name
     * @param from where the range begins
     * @param to where it ends
     */
    void onDamage(Kind kind, String file, long from, long to);
}
