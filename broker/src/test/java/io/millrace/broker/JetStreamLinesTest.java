package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.jetstream.SyncPolicy;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafRemoteKeys;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.store.seal.StoreKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Lines are nats-server's, 2.15.2, but for those of syncing. */
class JetStreamLinesTest {
    private static final long GB = 1024L * 1024 * 1024;

    private final List<String> logged = new ArrayList<>();
    private final ServerLog log =
            ServerLog.to((level, text) -> logged.add(level + " " + text), false, false);

    @Test
    void shouldSayWhatItIsAndWhatItPromises() {
        JetStreamFacts facts =
                new JetStreamFacts(
                        Path.of("/var/lib/nats/jetstream"),
                        false,
                        GB,
                        2 * GB,
                        false,
                        "hub",
                        true,
                        SyncPolicy.ALWAYS);
        JetStreamLines.starting(log, facts.isTemporary());
        JetStreamLines.opened(log, facts, StoreKey.NONE);
        JetStreamLines.restoring(log, "A", "ORDERS");
        JetStreamLines.restored(log, "A", "ORDERS", 1_234_567, Duration.ofMillis(12));
        JetStreamLines.started(log, Duration.ofMillis(1500));
        assertThat(logged)
                .containsExactly(
                        "INFO Starting JetStream",
                        "INFO ---------------- JETSTREAM ----------------",
                        "INFO   Strict:          true",
                        "INFO   Max Memory:      1.00 GB",
                        "INFO   Max Storage:     2.00 GB",
                        "INFO   Store Directory: \"/var/lib/nats/jetstream\"",
                        "INFO   Domain:          hub",
                        "INFO   Sync:            before each acknowledgement",
                        "INFO   API Level:       5",
                        "INFO -------------------------------------------",
                        "INFO   Starting restore for stream 'A > ORDERS'",
                        "INFO   Restored 1,234,567 messages for stream 'A > ORDERS' in 12ms",
                        "INFO Took 1.5s to start JetStream");
    }

    @Test
    void shouldWarnOfWhatMayBeLost() {
        JetStreamFacts facts =
                new JetStreamFacts(
                        Path.of("/tmp/nats/jetstream"),
                        true,
                        0,
                        512,
                        false,
                        "",
                        false,
                        SyncPolicy.every(Duration.ofMinutes(2)));
        JetStreamLines.starting(log, facts.isTemporary());
        JetStreamLines.opened(log, facts, StoreKey.NONE);
        assertThat(logged)
                .containsExactly(
                        "INFO Starting JetStream",
                        "WARN Temporary storage directory used, data could be lost on system reboot",
                        "INFO ---------------- JETSTREAM ----------------",
                        "INFO   Max Memory:      0 B",
                        "INFO   Max Storage:     512 B",
                        "INFO   Store Directory: \"/tmp/nats/jetstream\"",
                        "INFO   Sync:            every 2m0s",
                        "INFO   API Level:       5",
                        "INFO -------------------------------------------",
                        "WARN What JetStream has acknowledged may be lost with the power for 2m0s;"
                                + " sync_interval: always keeps it");
    }

    @Test
    void shouldSayThatItExtendsNobodysDomain() {
        OptionsBuilder options = new OptionsBuilder().jetStream(true);
        JetStreamLines.alone(log, options.conclude(1));
        assertThat(logged).isEmpty();
        LeafRemote remote =
                LeafRemote.builder()
                        .urls("nats-leaf://h")
                        .set(LeafRemoteKeys.ACCOUNT, "$SYS")
                        .build();
        options.leaf(LeafOptions.builder().remotes(remote).build());
        JetStreamLines.alone(log, options.conclude(1));
        assertThat(logged)
                .containsExactly(
                        "INFO Standalone server started in clustered mode do not support"
                                + " extending domains");
    }

    @Test
    void shouldTakeThreeQuartersOfWhatThereIsUnlessToldOtherwise() {
        Path folder = Path.of("/d/jetstream");
        OptionsBuilder options = new OptionsBuilder().jetStream(true).storeDir("/d");
        JetStreamFacts facts =
                JetStreamFacts.of(options.conclude(1).jetStream(), folder, 8 * GB, 100 * GB);
        assertThat(facts.maxMemoryBytes()).isEqualTo(6 * GB);
        assertThat(facts.maxStoreBytes()).isEqualTo(75 * GB);
        assertThat(facts.recovered(4 * GB).maxStoreBytes()).isEqualTo(78 * GB);
        assertThat(facts.isTemporary()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.00 KB",
        "1536, 1.50 KB",
        "1048576, 1.00 MB",
        "1099511627776, 1.00 TB",
        "9223372036854775807, 8.00 EB"
    })
    void shouldWriteSizesAsPeopleReadThem(long bytes, String text) {
        assertThat(JetStreamLines.size(bytes)).isEqualTo(text);
    }
}
