package io.millrace.broker.store.block;

import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordVisitor;

/**
 * The blocks of one stream, and the records in them. Shard thread.
 *
 * <p>Everything a method shows by a {@link RecordView} lies there until the next call of a method
 * of any blocks of the shard, or an errand is told to be done, and no longer: the memory may be
 * given back by then.
 *
 * <p>To move what still lives out of a block of which most is dead, so that it can go:
 *
 * <pre>{@code
 * long place = blocks.nextToCollect();
 * while (place != MessageBlocks.NONE) {            // a part each turn
 *     place = blocks.visit(place, 256 * 1024, (location, record) -> {
 *         if (index.location(record.sequence()) == location) {
 *             index.relocate(record.sequence(), blocks.append(record));
 *             blocks.forget(location, record.length());
 *         }
 *     });
 * }
 * }</pre>
 *
 * <p>(an append may be refused: then the visitor leaves the record where it is, and the block is
 * named again after a while).
 */
public interface MessageBlocks extends AutoCloseable {
    /** No location. */
    long NONE = -1;

    /**
     * Copies a record to the end of the blocks.
     *
     * @param record may lie in these blocks
     * @return its location; {@link #NONE} if there is no memory for it, or no more can be written:
     *     then nothing is appended
     */
    long append(RecordView record);

    /**
     * Shows a record.
     *
     * @param location as it was given for it
     * @param into shows it if it is there
     * @return false if it isn't, or is damaged
     */
    boolean view(long location, RecordView into);

    /**
     * A record doesn't live any more, or lives elsewhere. To be told once for each.
     *
     * @param size the length of the record, unpadded. It is only for the question of how much of a
     *     block lives: that a block is wholly dead is known by counting
     */
    void forget(long location, int size);

    /**
     * Where a block begins of which less than half lives; {@link #NONE} if there is none. Until it
     * was visited to its end it is named again.
     */
    long nextToCollect();

    /**
     * Visits the records of a block, living or dead, from a place on. The visitor may append,
     * forget and view.
     *
     * @param from what {@link #nextToCollect} or this method returned
     * @param maxBytes about so many are visited, at least a record
     * @return where to go on; {@link #NONE} if the block is at its end, or gone
     */
    long visit(long from, int maxBytes, RecordVisitor visitor);

    /** Bytes of all blocks: living, dead and in between. */
    long bytes();

    /** Bytes of the records that live. */
    long livingBytes();

    /** Gives the memory back; files stay. */
    @Override
    void close();
}
