package io.millrace.broker.jetstream;

import io.millrace.broker.store.block.BlockDamage;
import io.millrace.broker.store.block.BlockFault;
import io.millrace.broker.store.block.BlockFiles;
import io.millrace.broker.store.block.BlockLocation;
import io.millrace.broker.store.block.StreamBlocks;
import io.millrace.broker.store.index.StreamIndex;

import java.util.Optional;

/** Says what is wrong with blocks, and has what failed tried again. Shard thread. */
final class BlockReports implements BlockDamage {
    private static final long AGAIN_NS = 1_000_000_000;

    private final ShardVoice voice;

    /** Blocks that a checkpoint knows and that aren't there: mostly those of what is gone. */
    private int missing;

    private boolean opened;
    private boolean told;
    private long againNs = Long.MAX_VALUE;

    BlockReports(ShardVoice voice) {
        this.voice = voice;
    }

    @Override
    public void onDamage(Kind kind, String file, long from, long to) {
        switch (kind) {
            case MISSING -> missing++;
            // The log still has what a crash left unwritten.
            case TORN_TAIL -> {}
            default ->
                    voice.error(
                            "JetStream can't read "
                                    + file
                                    + " from "
                                    + from
                                    + " to "
                                    + to
                                    + ": "
                                    + kind);
        }
    }

    /** All that was kept is there: says what isn't. */
    void opened(Streams streams) {
        if (missing > 0 && !opened) {
            for (StreamHandle each : streams.all()) {
                if (each.file != null) {
                    lost(each, each.file.blocks());
                }
            }
        }
        opened = true;
    }

    private void lost(StreamHandle handle, StreamBlocks blocks) {
        StreamIndex index = handle.stream().messages().index();
        long lost = 0;
        for (long each = index.first(); each != 0; each = index.next(each + 1)) {
            long location = index.location(each);
            if (BlockLocation.isInBlock(location) && !blocks.has(location)) {
                lost++;
            }
        }
        if (lost > 0) {
            voice.error(
                    "JetStream has lost "
                            + lost
                            + " messages of the stream '"
                            + handle.tenant.account
                            + " > "
                            + handle.name()
                            + "': their blocks aren't there");
        }
    }

    /** Whether what failed is to be tried again, as when there is room on the disk again. */
    boolean poll(BlockFiles files, long nowNs) {
        Optional<BlockFault> fault = files.fault();
        if (fault.isEmpty()) {
            told = false;
            againNs = Long.MAX_VALUE;
            return false;
        }
        if (!told) {
            told = true;
            voice.error("JetStream can't write blocks: " + fault.get().reason());
        }
        if (fault.get().isLasting()) {
            return false;
        }
        boolean isDue = nowNs >= againNs;
        if (isDue || againNs == Long.MAX_VALUE) {
            againNs = nowNs + AGAIN_NS;
        }
        return isDue;
    }

    /** When to poll at the latest, since the epoch. */
    long dueNs() {
        return againNs;
    }
}
