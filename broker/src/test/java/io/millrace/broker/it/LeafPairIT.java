package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.tls.TestCa;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;

/** A hub and its leaf node, both of this server: how they find each other, in every way. */
@SuppressWarnings("try") // a spoke needn't do anything but dial
class LeafPairIT {
    @TempDir Path folder;
    private final LogLines hubLog = new LogLines();
    private final LogLines spokeLog = new LogLines();

    private void shouldHaveJoined() {
        hubLog.await("[INF]", "lid:", "JetStream using domains");
        spokeLog.await("[INF]", "lid:", "JetStream using domains");
        // Both are asked for a sign of life soon after, and have given one.
        hubLog.await("[TRC]", "lid:", "<<- [PONG]");
        spokeLog.await("[TRC]", "lid:", "<<- [PONG]");
        assertThat(String.join("\n", hubLog.all())).doesNotContain("[ERR]");
        assertThat(String.join("\n", spokeLog.all())).doesNotContain("[ERR]");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldJoinCompressedByDefault(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "");
                NatsServer _ = Leafs.spoke(mode, spokeLog, Leafs.url(hub), "", "")) {
            shouldHaveJoined();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldJoinUncompressed(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "compression: off", "");
                NatsServer _ = Leafs.spoke(mode, spokeLog, Leafs.url(hub), "", "")) {
            shouldHaveJoined();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldJoinOverTls(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, tls(""), "");
                NatsServer _ =
                        Leafs.spoke(
                                mode,
                                spokeLog,
                                "nats-leaf://localhost:" + hub.leafPort(),
                                "tls { ca_file: \"" + caFile + "\" }",
                                "")) {
            shouldHaveJoined();
            hubLog.await("[DBG]", "Starting TLS leafnode server handshake");
            spokeLog.await("[DBG]", "Starting TLS leafnode client handshake");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldJoinOverTlsThatComesFirst(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, tls("handshake_first: true"), "");
                NatsServer _ =
                        Leafs.spoke(
                                mode,
                                spokeLog,
                                "nats-leaf://localhost:" + hub.leafPort(),
                                "tls { ca_file: \"" + caFile + "\", handshake_first: true }",
                                "")) {
            shouldHaveJoined();
        }
    }

    /** The hub demands it, and its certificate is none that anybody trusts. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTrustWhomNobodyVouchesFor(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, tls(""), "");
                NatsServer _ = Leafs.spoke(mode, spokeLog, Leafs.url(hub), "", "")) {
            spokeLog.await("[ERR]", "TLS leafnode handshake error: ");
            spokeLog.await("[INF]", "Leafnode connection closed: TLS Handshake Failure");
        }
    }

    private String caFile = "";

    private String tls(String more) throws Exception {
        TestCa ca = new TestCa();
        caFile = ca.write(folder);
        return Leafs.tls(ca.server(), folder, more);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldComeBackWhenTheHubDoes(Mode mode) throws Exception {
        int port;
        String remote;
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "")) {
            port = hub.leafPort();
            remote = Leafs.url(hub);
            try (NatsServer _ = Leafs.spoke(mode, spokeLog, remote, "", "")) {
                shouldHaveJoined();
                hub.close();
                spokeLog.await("[INF]", "Leafnode connection closed: ", " - Remote: HUB");
                LogLines anew = new LogLines();
                try (NatsServer _ =
                        Leafs.start(
                                mode, anew, "leafnodes { listen: \"127.0.0.1:" + port + "\" }")) {
                    anew.await("[INF]", "lid:", "JetStream using domains");
                }
            }
        }
    }
}
