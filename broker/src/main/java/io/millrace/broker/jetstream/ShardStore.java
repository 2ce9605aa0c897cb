package io.millrace.broker.jetstream;

import io.millrace.broker.store.block.BlockFiles;
import io.millrace.broker.store.block.BlockLocation;
import io.millrace.broker.store.block.BlockOptions;
import io.millrace.broker.store.block.StoreDirectory;
import io.millrace.broker.store.block.StreamBlocks;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.broker.store.log.WriteAheadLog;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The files of a shard: the log, the blocks of each stream, checkpoints. Shard thread.
 *
 * <pre>
 *   log/                 what has happened, in order
 *   streams/17/          messages of stream 17 that have left the log
 *   checkpoints/         how all was at some position of the log
 * </pre>
 */
final class ShardStore implements AutoCloseable {
    private static final String LOG = StoreDirectory.LOG;
    private static final String BLOCKS = StoreDirectory.STREAMS;

    private final ShardParts parts;
    private final Streams streams;
    private final BlockFiles files;
    private final Flushing flushing;
    private final BlockReports damage;
    private final Collecting collecting;
    private final Idleness idleness = new Idleness();
    private final Checkpoints checkpoints;

    private final Deque<Doomed> doomed = new ArrayDeque<>();

    /** Files that may go when the log is durable up to there. */
    private record Doomed(long position, FileRecords file) {}

    private final ShardLog log;

    private boolean faultTold;

    ShardStore(ShardParts parts, Streams streams, ConsumerWork consumers) {
        this.parts = parts;
        this.streams = streams;
        log = new ShardLog(parts.logErrands());
        damage = new BlockReports(parts.voice());
        files =
                new BlockFiles(
                        parts.disk(),
                        parts.errands(),
                        parts.storeId(),
                        parts.log().random(),
                        BlockOptions.DEFAULT,
                        damage,
                        parts.codecs(),
                        parts.key());
        checkpoints = new Checkpoints(parts, streams, consumers);
        flushing = new Flushing(this, streams, checkpoints, files, parts.logBytes());
        collecting = new Collecting(streams);
    }

    /** Reads what was kept. */
    void open(Shard shard) throws IOException {
        parts.disk().makeDirectories(LOG);
        parts.disk().makeDirectories(BLOCKS);
        long from = checkpoints.restore(shard);
        try (Replay replay = new Replay(shard, streams)) {
            log.is(
                    WriteAheadLog.open(
                            parts.disk(),
                            LOG,
                            parts.log(),
                            parts.logErrands(),
                            parts.debtor(),
                            from,
                            replay,
                            (begin, end, why) ->
                                    parts.voice()
                                            .error(
                                                    "JetStream: the log is damaged from "
                                                            + begin
                                                            + " to "
                                                            + end
                                                            + ": "
                                                            + why)));
            damage.opened(streams);
            tellRestored(replay.count());
        }
    }

    private void tellRestored(long replayed) {
        long nowNs = parts.log().clockNs().getAsLong();
        for (StreamHandle each : streams.all()) {
            parts.voice()
                    .restored(
                            each.tenant.account,
                            each.name(),
                            each.stream().messages().count(),
                            nowNs - each.restoringNs);
        }
        parts.voice().replayed(replayed);
    }

    /** A stream was found, and is to be read. */
    void restoring(StreamHandle handle) {
        if (!log.isOpen()) {
            handle.restoringNs = parts.log().clockNs().getAsLong();
            parts.voice().restoring(handle.tenant.account, handle.name());
        }
    }

    WriteAheadLog log() {
        return log.its();
    }

    /** Where records are begun. */
    ShardLog appender() {
        return log;
    }

    /** Where a new stream is kept, or one that was there before a restart. */
    FileRecords records(int number, boolean compressed) {
        StreamBlocks blocks =
                new StreamBlocks(files, directory(number), number, parts.debtor(), compressed);
        return new FileRecords(log, blocks, number);
    }

    private static String directory(int number) {
        return StoreDirectory.blocksOf(number);
    }

    /**
     * A stream is as a checkpoint says, or empty: looks through its blocks.
     *
     * <p>What was written to them since the checkpoint is in the log, too, or was moved there from
     * other blocks.
     */
    static void scan(StreamHandle stream) throws IOException {
        FileRecords file = stream.file;
        if (file == null) {
            return;
        }
        StreamIndex index = stream.stream().messages().index();
        file.blocks()
                .scan(
                        (location, record) -> {
                            long sequence = record.sequence();
                            long known = index.has(sequence) ? index.location(sequence) : 0;
                            if (known != location && BlockLocation.isInBlock(known)) {
                                index.relocate(sequence, location);
                                file.blocks().forget(known, record.length());
                            } else if (known != location) {
                                file.blocks().forget(location, record.length());
                            }
                        });
    }

    /**
     * A stream is gone. Its files go once the log has that for sure: until then a power cut would
     * bring it back.
     */
    void deleted(StreamHandle handle) {
        flushing.deleted(handle);
        FileRecords file = handle.file;
        if (file == null) {
            handle.blocks().close();
        } else if (!log.isOpen()) {
            deleteFiles(file);
        } else {
            doomed.add(new Doomed(log.its().appended(), file));
        }
    }

    private static void deleteFiles(FileRecords file) {
        file.blocks().delete(file.blocks()::close);
    }

    private void deleteDoomed(long durable) {
        for (Doomed next = doomed.peek();
                next != null && next.position <= durable;
                next = doomed.peek()) {
            doomed.remove();
            deleteFiles(next.file);
        }
    }

    /**
     * Goes on with what is under way.
     *
     * @param idle whether nothing else waits for the shard, so that it may as well wait itself
     * @return whether there is more to do at once
     */
    boolean poll(boolean idle) {
        WriteAheadLog its = log();
        parts.logErrands().poll();
        parts.errands().poll();
        its.poll();
        if (its.appended() > its.written()) {
            if (idle) {
                its.commitHere();
            } else {
                its.commit();
            }
        }
        deleteDoomed(its.durable());
        boolean more = flushing.poll();
        if (flushing.isAtRest()) {
            more |= collecting.poll(its, parts.clock().nowNs());
        }
        long nowNs = parts.clock().nowNs();
        idleness.poll(its, nowNs);
        if (damage.poll(files, nowNs)) {
            // Where the disk is full, that makes the room to go on.
            collecting.sweep(its);
            files.retry();
        }
        tellFault(its);
        return more;
    }

    private void tellFault(WriteAheadLog its) {
        if (!faultTold && its.fault().isPresent()) {
            faultTold = true;
            parts.voice()
                    .error(
                            "JetStream keeps nothing more until the server is restarted: "
                                    + its.fault().get());
        }
    }

    /** When to poll at the latest, since the epoch. */
    long dueNs() {
        return Math.min(collecting.dueNs(), Math.min(idleness.dueNs(), damage.dueNs()));
    }

    /** Whether an errand is done that {@link #poll} goes on with. */
    boolean isWaiting() {
        return parts.logErrands().isDone() || parts.errands().isDone();
    }

    /** Whether so much waits to be written that nothing more is to be taken now. */
    boolean isFull() {
        WriteAheadLog its = log();
        return its.appended() - its.written() > parts.log().maxBufferedBytes() / 2;
    }

    /** Makes all durable, and a checkpoint of it, so that the next start is quick. */
    @Override
    public void close() throws IOException {
        WriteAheadLog its = log();
        // What is under way first: only then can all that is left be written here.
        parts.logErrands().finish();
        its.commitHere();
        parts.logErrands().finish();
        deleteDoomed(its.durable());
        checkpoints.abandon();
        parts.errands().finish();
        if (its.fault().isEmpty() && its.durable() == its.appended() && syncBlocks()) {
            checkpoints.make(its);
        }
        its.close();
        parts.errands().finish();
        files.close();
    }

    private boolean syncBlocks() {
        boolean durable = true;
        for (StreamHandle handle : streams.all()) {
            if (handle.file != null) {
                handle.file.blocks().sync(() -> {});
                parts.errands().finish();
                durable &= handle.file.blocks().isDurable();
            }
        }
        return durable;
    }
}
