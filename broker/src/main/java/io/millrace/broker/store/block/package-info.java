/**
 * Where the records of a stream live once they have left the log: blocks of files, or of memory;
 * and the checkpoints, from which the rest of what is known of streams is read at the start.
 *
 * <p>A stream has its own {@link io.millrace.broker.store.block.MessageBlocks}: {@link
 * io.millrace.broker.store.block.StreamBlocks} writes files through the {@link
 * io.millrace.broker.store.block.BlockFiles} that all streams of a shard share, {@link
 * io.millrace.broker.store.block.MemoryBlocks} has none. Both give out locations, which nobody else
 * looks into, and name the blocks in which little lives, so that their owner can move that
 * elsewhere.
 *
 * <p>All of it belongs to the shard's thread. What may block is an errand: the classes whose thread
 * is the errands' say so. One errand of the blocks is under way at a time, and one of a checkpoint.
 *
 * <p><b>What is durable.</b> A record that was appended is in memory, and is lost in a crash, until
 * a {@code sync} that began afterwards has told so. Until then the log must keep it. A block whose
 * records are all gone is deleted only once everything is durable that may have made them so: the
 * log's records that removed them, and their copies in other blocks.
 */
@NullMarked
package io.millrace.broker.store.block;

import org.jspecify.annotations.NullMarked;
