package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.broker.NatsServer;
import io.millrace.broker.ServerListener;
import io.millrace.broker.ServerStats;
import io.millrace.broker.config.start.OptionsChange;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.micrometer.NatsServerMetrics;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What applications get of the server inside them. */
@Timeout(120)
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class ApplicationIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir private Path folder;

    @Test
    void shouldReadItsConfigurationAgainAndSayWhatHasChanged() throws Exception {
        Path file = folder.resolve("server.conf");
        Files.writeString(file, "max_payload: 1000\nport: 1\nhost: 0.0.0.0\nserver_name: a");
        try (NatsServer server = NatsServer.builder().config(file).port(0).start()) {
            assertThat(server.port()).isGreaterThan(1);
            assertThat(server.options().listen().host()).isEqualTo("0.0.0.0");
            assertThat(server.reload()).isEmpty();
            Files.writeString(file, "max_payload: 2000\nserver_name: b\nhost: 0.0.0.0");
            assertThat(server.reload())
                    .extracting(OptionsChange::key, OptionsChange::live)
                    .contains(tuple("max_payload", true), tuple("server_name", false));
            assertThat(server.options().limits().maxPayloadBytes()).isEqualTo(2000);
            Files.writeString(file, "max_payload: many");
            assertThatIllegalArgumentException()
                    .isThrownBy(server::reload)
                    .withMessageStartingWith(file + ":1:");
            assertThat(server.options().limits().maxPayloadBytes()).isEqualTo(2000);
        }
    }

    @Test
    void shouldTakeAConfigurationAsText() throws Exception {
        try (NatsServer server =
                NatsServer.builder().config("authorization { token: secret }").port(0).start()) {
            Options options =
                    Options.builder()
                            .server(server.clientUrl())
                            .token("secret".toCharArray())
                            .build();
            Nats.connect(options).close();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NatsServer.builder().config("no_such_key: 1").start())
                .withMessageStartingWith("config:1:1: ");
        try (NatsServer server = NatsServer.builder().port(0).start()) {
            assertThatIllegalStateException().isThrownBy(server::reload);
        }
    }

    @Test
    void shouldCountMessages() throws Exception {
        try (NatsServer server = NatsServer.builder().port(0).start();
                Connection connection = Nats.connect(server.clientUrl())) {
            Subscription subscription = connection.subscribe("a");
            for (int i = 0; i < 100; i++) {
                connection.publish("a", new byte[10]);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(subscription.nextMessage(SOON)).isNotNull();
            }
            ServerStats stats = server.stats();
            assertThat(stats.inMessages()).isEqualTo(100);
            assertThat(stats.outMessages()).isEqualTo(100);
            assertThat(stats.inBytes()).isEqualTo(1000);
            assertThat(stats.connections()).isOne();
            assertThat(stats.latencies()).containsOnlyKeys(Stage.values());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            new NatsServerMetrics(server, List.of(Tag.of("server", "a"))).bindTo(registry);
            assertThat(registry.get("nats.server.messages.in").functionCounter().count())
                    .isEqualTo(100);
            assertThat(registry.get("nats.server.connections").gauge().value()).isEqualTo(1);
        }
    }

    @Test
    void shouldTellListenersAndRecordingsWhoComesAndGoes() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        ServerListener listener =
                new ServerListener() {
                    @Override
                    public void onConnect(Client client) {
                        heard.add("+" + client.name());
                        throw new IllegalStateException("planted");
                    }

                    @Override
                    public void onDisconnect(Client client, String reason) {
                        heard.add("-" + client.name() + " " + reason);
                    }
                };
        try (Recording recording = new Recording()) {
            recording.start();
            try (NatsServer server = NatsServer.builder().port(0).listener(listener).start()) {
                Options options =
                        Options.builder().server(server.clientUrl()).connectionName("joe").build();
                try (Connection connection = Nats.connect(options)) {
                    connection.flush(SOON);
                    assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("+joe");
                }
                assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("-joe Client Closed");
            }
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            assertThat(RecordingFile.readAllEvents(file))
                    .filteredOn(event -> event.getEventType().getName().startsWith("io.millrace"))
                    .extracting(ApplicationIT::told)
                    .contains("Connect joe", "Disconnect joe");
        }
    }

    private static String told(RecordedEvent event) {
        String name = event.getEventType().getName();
        return name.substring(name.lastIndexOf('.') + 1) + ' ' + event.getString("client");
    }
}
