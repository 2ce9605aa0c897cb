package io.millrace.broker.it;

import static io.millrace.broker.it.SuperClusters.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.tls.TestCa;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Gateways over TLS, in which both sides show a certificate. */
class GatewayTlsIT {
    private static final String PIN = "0".repeat(64);

    @TempDir Path folder;
    private RouteTlsFiles files;
    private final LogLines logA = new LogLines();
    private final LogLines logB = new LogLines();

    @BeforeEach
    void issue() throws Exception {
        files = new RouteTlsFiles(folder);
    }

    private static UnaryOperator<GatewayOptions.Builder> with(
            TlsOptions.Builder tls, RemoteGateway... remotes) {
        return gateway -> gateway.tls(tls.build()).gateways(List.of(remotes));
    }

    private static RemoteGateway to(NatsServer server, TlsOptions tls) {
        ServerUrl url = ServerUrl.parse("gateway", "tls://127.0.0.1:" + server.gatewayPort(), 0);
        return new RemoteGateway("A", List.of(url), tls);
    }

    private static void awaitBothWays(LogLines log) {
        log.await("Inbound gateway connection from ", " registered");
        log.await("Outbound gateway connection to ", " registered");
        log.await("[DBG]", " - TLS handshake complete");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldConnectBothWays(Mode mode) throws Exception {
        try (NatsServer a = start(mode, logA, with(files.member()));
                NatsServer _ =
                        start(
                                mode,
                                logB,
                                "B",
                                with(files.member(), to(a, TlsOptions.OFF)),
                                _ -> {})) {
            awaitBothWays(logA);
            awaitBothWays(logB);
            logB.await("[DBG]", " - Starting TLS gateway client handshake");
            logB.await("[DBG]", " - Starting TLS gateway server handshake");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDialAClusterAsItsOwnBlockSays(Mode mode) throws Exception {
        TestCa theirs = new TestCa("CN=Theirs");
        TlsOptions.Builder ofA = files.member(theirs.server(), theirs);
        TlsOptions.Builder forA = files.member(theirs.server(), theirs);
        try (NatsServer a = start(mode, logA, with(ofA));
                NatsServer _ =
                        start(
                                mode,
                                logB,
                                "B",
                                with(files.member(), to(a, forA.build())),
                                _ -> {})) {
            logB.await("Outbound gateway connection to \"A\"", " registered");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTalkToWhomItDoesNotTrust(Mode mode) throws Exception {
        TestCa theirs = new TestCa("CN=Theirs");
        try (NatsServer a = start(mode, logA, with(files.member(theirs.server(), theirs)));
                NatsServer _ =
                        start(
                                mode,
                                logB,
                                "B",
                                with(files.member(), to(a, TlsOptions.OFF)),
                                _ -> {})) {
            logB.await("[ERR]", " - TLS gateway handshake error: ");
            logB.await("Gateway connection closed: TLS Handshake Failure");
            logB.await("[DBG] Attempting reconnect for gateway \"A\"");
            assertThat(logB.all()).noneMatch(line -> line.contains("registered"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndGatewaysWhoseKeyIsNotPinnedAnyMore(Mode mode) throws Exception {
        TlsOptions.Builder own = files.member();
        try (NatsServer a = start(mode, logA, with(own));
                NatsServer _ =
                        start(
                                mode,
                                logB,
                                "B",
                                with(files.member(), to(a, TlsOptions.OFF)),
                                _ -> {})) {
            awaitBothWays(logA);
            reload(a, mode, own.pinnedCerts(Set.of(PIN)).build());
            logA.await("gid:", "Gateway connection closed: TLS Handshake Failure");
            logA.await("[ERR]", " - TLS gateway handshake error: certificate not pinned");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSecureTheGatewaysToCome(Mode mode) throws Exception {
        try (NatsServer a = start(mode, logA, gateway -> gateway)) {
            try (RawClient peer = new RawClient(a.gatewayPort())) {
                assertThat(peer.info()).doesNotContain("tls_required");
            }
            reload(a, mode, files.member().build());
            try (NatsServer _ =
                    start(mode, logB, "B", with(files.member(), to(a, TlsOptions.OFF)), _ -> {})) {
                awaitBothWays(logB);
            }
        }
    }

    private static void reload(NatsServer server, Mode mode, TlsOptions tls) throws IOException {
        GatewayOptions gateway =
                GatewayOptions.builder().name("A").host("127.0.0.1").port(-1).tls(tls).build();
        server.reload(new OptionsBuilder().port(-1).threading(mode).gateway(gateway).conclude(2));
    }
}
