package io.millrace.broker;

import io.millrace.broker.config.Durations;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.store.seal.StoreKey;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * What the log says while JetStream starts. As with {@link StartUpLines}, tools wait for some of
 * it, so the words are the reference's where it has any.
 */
final class JetStreamLines {
    private static final int STEP = 1024;
    private static final String UNITS = "KMGTPE";

    private JetStreamLines() {}

    /** Before anything is opened. */
    static void starting(ServerLog log, boolean isTemporary) {
        log.info("Starting JetStream");
        if (isTemporary) {
            log.warn("Temporary storage directory used, data could be lost on system reboot");
        }
    }

    /** Once all that was stored is known, and what the store is encrypted with. */
    static void opened(ServerLog log, JetStreamFacts facts, StoreKey encryption) {
        log.info("---------------- JETSTREAM ----------------");
        if (facts.strict()) {
            log.info("  Strict:          true");
        }
        log.info("  Max Memory:      " + size(facts.maxMemoryBytes()));
        log.info("  Max Storage:     " + size(facts.maxStoreBytes()));
        log.info("  Store Directory: \"" + facts.folder() + '"');
        if (!facts.domain().isEmpty()) {
            log.info("  Domain:          " + facts.domain());
        }
        if (encryption.isThere()) {
            // An older store's may be another one than is configured.
            log.info("  Encryption:      " + encryption.cipher().title());
        }
        String interval = Durations.text(facts.sync().interval());
        log.info(
                "  Sync:            "
                        + (facts.sync().always()
                                ? "before each acknowledgement"
                                : "every " + interval));
        log.info("  API Level:       " + JetStreamFacts.API_LEVEL);
        log.info("-------------------------------------------");
        if (!facts.sync().always()) {
            log.warn(
                    "What JetStream has acknowledged may be lost with the power for "
                            + interval
                            + "; sync_interval: always keeps it");
        }
    }

    /** That streams in memory were promised more than the server may keep for anybody. */
    static void beyond(ServerLog log, JetStreamFacts facts, MemoryBounds bounds) {
        if (facts.maxMemoryBytes() > bounds.nativeBytes()) {
            log.warn(
                    "Streams in memory may take "
                            + size(facts.maxMemoryBytes())
                            + ", but the server keeps at most "
                            + size(bounds.nativeBytes())
                            + " outside of the heap; a larger max_memory has it keep more");
        }
    }

    /** That a hub whose system account is shared by a leaf node is no cluster with it. */
    static void alone(ServerLog log, Options options) {
        String system = options.auth().systemAccount();
        if (options.leaf().remotes().stream().anyMatch(each -> each.account().equals(system))) {
            log.info(
                    "Standalone server started in clustered mode do not support extending domains");
        }
    }

    /** Before a stream is read. */
    static void restoring(ServerLog log, String account, String stream) {
        log.info("  Starting restore for stream '" + account + " > " + stream + '\'');
    }

    /**
     * When it is.
     *
     * @param messages that are in it
     */
    static void restored(
            ServerLog log, String account, String stream, long messages, Duration took) {
        log.info(
                "  Restored "
                        + grouped(messages)
                        + " messages for stream '"
                        + account
                        + " > "
                        + stream
                        + "' in "
                        + Durations.text(took.truncatedTo(ChronoUnit.MILLIS)));
    }

    /**
     * When the log was read.
     *
     * @param records in it that no checkpoint had
     */
    static void replayed(ServerLog log, long records) {
        if (records > 0) {
            log.info("  Replayed " + grouped(records) + " records of the log");
        }
    }

    /** When all is done. */
    static void started(ServerLog log, Duration took) {
        log.info("Took " + Durations.text(took) + " to start JetStream");
    }

    /** Such as {@code 1.50 GB}; of 1024 each. */
    static String size(long bytes) {
        if (bytes < STEP) {
            return bytes + " B";
        }
        double size = bytes;
        int unit = -1;
        while (size >= STEP && unit < UNITS.length() - 1) {
            size /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f %sB", size, UNITS.charAt(unit));
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
