package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.jnats.InProcessOptions;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.PublishOptions;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Streams of a server in the same JVM, by way of jnats. */
@SuppressWarnings("try") // closing a jnats connection may be interrupted
@Timeout(120)
class JetStreamJavaClientIT {
    private static final int MESSAGES = 2000;

    @TempDir private Path folder;

    private NatsServer start(Mode mode, String store) throws IOException {
        return Modes.start(
                mode,
                options -> options.jetStream(true).storeDir(folder.resolve(store).toString()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static StreamInfo add(JetStreamManagement streams, String name, StorageType storage)
            throws Exception {
        return streams.addStream(
                StreamConfiguration.builder()
                        .name(name)
                        .subjects(name.toLowerCase(Locale.ROOT) + ".>")
                        .storageType(storage)
                        .allowDirect(true)
                        .build());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepAndGiveMessages(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "store");
                Connection nats = JavaClients.connect(server.clientUrl())) {
            JetStreamManagement streams = nats.jetStreamManagement();
            for (StorageType storage : StorageType.values()) {
                keepsAndGives(nats, streams, storage);
            }
            assertThat(streams.getStreamNames()).containsExactly("File", "Memory");
            assertThat(streams.deleteStream("File")).isTrue();
            assertThatThrownBy(() -> streams.getStreamInfo("File"))
                    .isInstanceOf(JetStreamApiException.class)
                    .hasMessageContaining("stream not found [10059]");
        }
    }

    private static void keepsAndGives(
            Connection nats, JetStreamManagement streams, StorageType storage) throws Exception {
        String name = storage.name();
        String subject = name.toLowerCase(Locale.ROOT) + ".new";
        assertThat(add(streams, name, storage).getConfiguration().getStorageType())
                .isEqualTo(storage);
        JetStream publisher = nats.jetStream();
        PublishAck first =
                publisher.publish(
                        subject,
                        new Headers().add("colour", "red"),
                        bytes("0"),
                        PublishOptions.builder().messageId("a").build());
        assertThat(first.getSeqno()).isEqualTo(1);
        assertThat(first.isDuplicate()).isFalse();
        PublishAck again =
                publisher.publish(
                        subject, bytes("0"), PublishOptions.builder().messageId("a").build());
        assertThat(again.isDuplicate()).isTrue();
        List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
        for (int i = 1; i < MESSAGES; i++) {
            acks.add(publisher.publishAsync(subject, bytes("" + i)));
        }
        for (int i = 1; i < MESSAGES; i++) {
            assertThat(acks.get(i - 1).get(60, TimeUnit.SECONDS).getSeqno()).isEqualTo(i + 1);
        }
        StreamInfo info = streams.getStreamInfo(name);
        assertThat(info.getStreamState().getMsgCount()).isEqualTo(MESSAGES);
        // Direct gets: the stream allows them.
        MessageInfo message = streams.getMessage(name, 1);
        assertThat(message.getHeaders().getFirst("colour")).isEqualTo("red");
        MessageInfo last = streams.getLastMessage(name, subject);
        assertThat(last.getSeq()).isEqualTo(MESSAGES);
        assertThat(new String(last.getData(), StandardCharsets.UTF_8))
                .isEqualTo("" + (MESSAGES - 1));
        assertThat(streams.deleteMessage(name, 2)).isTrue();
        assertThatThrownBy(() -> streams.getMessage(name, 2))
                .isInstanceOf(JetStreamApiException.class)
                .hasMessageContaining("10037");
        assertThat(streams.purgeStream(name).getPurged()).isEqualTo(MESSAGES - 1);
        assertThatThrownBy(
                        () ->
                                publisher.publish(
                                        subject,
                                        bytes("x"),
                                        PublishOptions.builder().expectedLastSequence(5).build()))
                .isInstanceOf(JetStreamApiException.class)
                .hasMessageContaining("wrong last sequence: " + MESSAGES + " [10071]");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepTheStoresOfTwoServersApart(Mode mode) throws Exception {
        for (int round = 1; round <= 2; round++) {
            try (NatsServer one = start(mode, "one");
                    NatsServer two = start(mode, "two");
                    Connection toOne = JavaClients.connect(one.clientUrl());
                    Connection toTwo = JavaClients.connect(two.clientUrl())) {
                if (round == 1) {
                    add(toOne.jetStreamManagement(), "ONE", StorageType.File);
                    add(toTwo.jetStreamManagement(), "TWO", StorageType.File);
                }
                assertThat(toOne.jetStreamManagement().getStreamNames()).containsExactly("ONE");
                assertThat(toTwo.jetStreamManagement().getStreamNames()).containsExactly("TWO");
                PublishAck ack = toOne.jetStream().publish("one.a", bytes("x"));
                assertThat(ack.getSeqno()).isEqualTo(round);
                assertThat(toTwo.jetStream().publish("two.a", bytes("x")).getSeqno())
                        .isEqualTo(round);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeReachedWithoutASocket(Mode mode) throws Exception {
        try (NatsServer server =
                        NatsServer.builder()
                                .dontListen(true)
                                .options(
                                        options ->
                                                options.threading(mode)
                                                        .jetStream(true)
                                                        .storeDir(folder.toString()))
                                .start();
                Connection nats =
                        Nats.connect(
                                InProcessOptions.builder(server.inProcess())
                                        .connectionTimeout(JavaClients.LONG)
                                        .build())) {
            add(nats.jetStreamManagement(), "ONE", StorageType.File);
            assertThat(nats.jetStream().publish("one.a", bytes("x")).getSeqno()).isEqualTo(1);
        }
    }
}
