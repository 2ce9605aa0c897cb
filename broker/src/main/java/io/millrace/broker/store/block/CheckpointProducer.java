package io.millrace.broker.store.block;

/**
 * Gives what goes into a checkpoint, bit by bit. Shard thread.
 *
 * <p>Between two calls the shard goes on, and what was written before may change. There are two
 * ways to get that right:
 *
 * <ul>
 *   <li><b>A whole section in one call</b>: it is exact as of its position. All of it waits
 *       off-heap until it is written, so this is for what is small, some megabytes at most, also in
 *       time.
 *   <li><b>A section in several calls</b>, {@link SectionSink#isFull} asked in between: its
 *       position is the log's end when it began, and some of it is younger. The log's records from
 *       that position on are applied to it again at the start, so applying one that counts already
 *       must change nothing (a message that is there, a removal of what isn't), and what moves
 *       between parts that are written and parts that aren't must not be missed: go by ascending
 *       sequence, where what is new comes last.
 * </ul>
 *
 * <p>At the start, records in front of a section's position aren't applied to it.
 */
public interface CheckpointProducer {
    /**
     * Writes some more, as much as takes a millisecond or two.
     *
     * @param out has room for 256 KiB at least
     * @return false if that was all; no section may be open then
     */
    boolean produce(SectionSink out);
}
