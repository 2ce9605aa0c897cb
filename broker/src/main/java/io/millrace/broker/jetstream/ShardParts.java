package io.millrace.broker.jetstream;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.block.BlockCodec;
import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.Errands;
import io.millrace.broker.store.log.LogOptions;
import io.millrace.broker.store.seal.StoreKey;

import java.util.function.Supplier;

/**
 * What a shard is given; in the simulation other ones than in a server.
 *
 * @param disk its store directory
 * @param storeId tells the store from all others
 * @param logErrands writes and syncs the log
 * @param errands does everything else that may block
 * @param clock what time it is
 * @param log how the log is kept
 * @param logBytes so much of it is kept before messages move to blocks
 * @param debtor owes what it takes up
 * @param maxAnswerBytes so much may wait to be said
 * @param maxMemoryBytes that streams in memory may take
 * @param maxStoreBytes that streams on disk may take
 * @param codecs compress blocks of streams that ask for it
 * @param domain the server's; empty for none
 * @param voice publishes, and says what went wrong
 */
public record ShardParts(
        Disk disk,
        long storeId,
        Errands logErrands,
        Errands errands,
        EpochClock clock,
        LogOptions log,
        long logBytes,
        Debtor debtor,
        long maxAnswerBytes,
        long maxMemoryBytes,
        long maxStoreBytes,
        Supplier<BlockCodec> codecs,
        String domain,
        ShardVoice voice) {
    /** What its files are encrypted with; as the log is. */
    StoreKey key() {
        return log.key();
    }
}
