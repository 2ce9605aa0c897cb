package io.millrace.broker.jetstream;

import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.block.MessageBlocks;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.broker.store.log.WriteAheadLog;

import java.util.List;

/**
 * Gives back the room of messages that are gone: moves what still lives out of blocks that are
 * mostly dead, and has dead ones deleted. A little at a time, one stream after the other. Shard
 * thread.
 */
final class Collecting {
    private static final int BYTES_AT_ONCE = 128 * 1024;
    private static final int STREAMS_AT_ONCE = 64;
    private static final long INTERVAL_NS = 500_000_000;

    /**
     * Rounds behind the last change: a block is deleted some time after it is known to be dead,
     * when the log is durable.
     */
    private static final int ROUNDS = 3;

    private final Streams streams;
    private List<StreamHandle> round = List.of();
    private int at;
    private int left;
    private long nextNs;

    /** Up to where the log went when a change was seen last. */
    private long seen = -1;

    /** Where it goes on in the blocks of the stream it is at. */
    private long place = MessageBlocks.NONE;

    Collecting(Streams streams) {
        this.streams = streams;
    }

    /** Has dead blocks deleted, whatever else goes on. */
    void sweep(WriteAheadLog log) {
        for (StreamHandle each : streams.all()) {
            if (each.file != null) {
                each.file.blocks().sweep(log.appended(), log.durable());
            }
        }
    }

    /**
     * Goes on; whether there is more to do at once.
     *
     * @param nowNs since the epoch
     */
    boolean poll(WriteAheadLog log, long nowNs) {
        if (at >= round.size()) {
            if (log.appended() != seen) {
                seen = log.appended();
                left = ROUNDS;
            }
            if (left == 0 || nowNs < nextNs) {
                return false;
            }
            left--;
            nextNs = nowNs + INTERVAL_NS;
            round = streams.all();
            at = 0;
            place = MessageBlocks.NONE;
        }
        for (int some = STREAMS_AT_ONCE; some > 0 && at < round.size(); some--) {
            StreamHandle handle = round.get(at);
            if (!handle.isGone()) {
                if (collect(handle, handle.blocks())) {
                    return true;
                }
                if (handle.file != null) {
                    handle.file.blocks().sweep(log.appended(), log.durable());
                }
            }
            at++;
            place = MessageBlocks.NONE;
        }
        return at < round.size();
    }

    /** When to poll at the latest, since the epoch. */
    long dueNs() {
        return left == 0 ? Long.MAX_VALUE : nextNs;
    }

    /** Collects a part of a block; whether there was one to collect. */
    private boolean collect(StreamHandle handle, MessageBlocks blocks) {
        if (place == MessageBlocks.NONE) {
            place = blocks.nextToCollect();
        }
        if (place == MessageBlocks.NONE) {
            return false;
        }
        StreamIndex index = handle.stream().messages().index();
        boolean[] full = {false};
        place =
                blocks.visit(
                        place,
                        BYTES_AT_ONCE,
                        (location, record) -> full[0] |= !move(index, blocks, location, record));
        return !full[0];
    }

    /** Moves a record if it lives; false if there is no room. */
    private static boolean move(
            StreamIndex index, MessageBlocks blocks, long location, RecordView record) {
        long sequence = record.sequence();
        if (!index.has(sequence) || index.location(sequence) != location) {
            return true;
        }
        int length = record.length();
        long to = blocks.append(record);
        if (to == MessageBlocks.NONE) {
            return false;
        }
        index.relocate(sequence, to);
        blocks.forget(location, length);
        return true;
    }
}
