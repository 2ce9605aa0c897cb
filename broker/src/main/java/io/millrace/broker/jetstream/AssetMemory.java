package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.config.TransformConfig;
import io.millrace.broker.ledger.Ledger;

/**
 * What streams and consumers take on the heap by being there: most of all their configurations,
 * which anybody may make a megabyte long. Bytes, about, and rather more than less.
 */
final class AssetMemory {
    private static final int STREAM_BYTES = 8 * 1024;
    private static final int CONSUMER_BYTES = 4 * 1024;

    /** Of a text beside its characters, as it stands in a list. */
    private static final int TEXT_BYTES = 64;

    /** Of a filter, with what it is found by; and of each of its characters, of tokens of one. */
    private static final int FILTER_BYTES = 512;

    private static final int FILTER_CHARACTER_BYTES = 32;
    private static final int NUMBER_BYTES = 32;
    private static final int SOURCE_BYTES = 2 * 1024;

    /** What the router needs for a stream's subject, and charges by itself. */
    private static final int SUBSCRIPTION_BYTES = 1024;

    private AssetMemory() {}

    static long of(StreamConfig config) {
        long bytes = STREAM_BYTES + 2 * texts(config.subjects());
        for (StreamSource each : config.sources()) {
            bytes += of(each);
        }
        bytes += config.mirror() == null ? 0 : of(config.mirror());
        bytes += config.placement() == null ? 0 : texts(config.placement().tags());
        bytes += texts(config.metadata().keySet()) + texts(config.metadata().values());
        return bytes + config.description().length();
    }

    /** Each of its transforms is a filter, and where what that is for goes. */
    private static long of(StreamSource source) {
        long bytes = SOURCE_BYTES + filter(source.filterSubject());
        for (TransformConfig each : source.transforms()) {
            bytes += filter(each.source()) + filter(each.destination());
        }
        return bytes;
    }

    private static long filter(String text) {
        return FILTER_BYTES + FILTER_CHARACTER_BYTES * (long) text.length();
    }

    static long of(ConsumerConfig config) {
        long bytes = CONSUMER_BYTES + NUMBER_BYTES * (long) config.backoffNs().size();
        for (String each : config.filters()) {
            bytes += filter(each);
        }
        bytes += texts(config.metadata().keySet()) + texts(config.metadata().values());
        bytes += texts(config.priorityGroups()) + config.description().length();
        return bytes + config.deliverSubject().length() + config.deliverGroup().length();
    }

    private static long texts(Iterable<String> texts) {
        long bytes = 0;
        for (String each : texts) {
            bytes += TEXT_BYTES + each.length();
        }
        return bytes;
    }

    /** Whether there may be such a stream, which needs so much more than before. */
    static boolean hasRoom(Ledger ledger, StreamConfig config, long beforeBytes) {
        long subscriptions = SUBSCRIPTION_BYTES * (long) config.subjects().size();
        return hasRoom(ledger, of(config) + subscriptions - beforeBytes);
    }

    /** Whether there may be such a consumer, which needs so much more than before. */
    static boolean hasRoom(Ledger ledger, ConsumerConfig config, long beforeBytes) {
        return hasRoom(ledger, of(config) - beforeBytes);
    }

    private static boolean hasRoom(Ledger ledger, long moreBytes) {
        return moreBytes <= 0 || ledger.hasRoomForJetStream(moreBytes);
    }
}
