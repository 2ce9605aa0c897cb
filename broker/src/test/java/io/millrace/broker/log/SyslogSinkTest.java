package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(20)
class SyslogSinkTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-21T01:02:03Z"), ZoneOffset.UTC);
    private static final SyslogLines LINES =
            SyslogLines.remote("host", "millrace", 9, ZoneOffset.UTC);
    private static final String HEAD = "<5>2026-11-21T01:02:03Z host millrace[9]: ";

    @Test
    void shouldSendOneDatagramALineToAUdpSyslog() throws IOException {
        try (DatagramSocket syslog = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (String scheme : List.of("udp", "syslog")) {
                SyslogSink sink = start(scheme + "://127.0.0.1:" + syslog.getLocalPort());
                sink.write(LogLevel.INFO, "hello\nworld");
                sink.close();

                DatagramPacket packet = new DatagramPacket(new byte[1_024], 1_024);
                syslog.receive(packet);
                assertThat(
                                new String(
                                        packet.getData(),
                                        0,
                                        packet.getLength(),
                                        StandardCharsets.UTF_8))
                        .isEqualTo(HEAD + "hello\\nworld\n");
            }
        }
    }

    @Test
    void shouldSendLinesInOrderToATcpSyslog() throws IOException {
        try (ServerSocket syslog = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SyslogSink sink = start("tcp://127.0.0.1:" + syslog.getLocalPort());
            sink.write(LogLevel.INFO, "one");
            sink.write(LogLevel.INFO, "two");
            sink.close();

            try (Socket connection = syslog.accept()) {
                assertThat(connection.getInputStream().readAllBytes())
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo(HEAD + "one\n" + HEAD + "two\n");
            }
        }
    }

    @Test
    void shouldSendToAUnixStreamSocket(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("log");
        try (ServerSocketChannel syslog = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            syslog.bind(UnixDomainSocketAddress.of(socket));
            SyslogSink sink = start("unix://" + socket);
            sink.write(LogLevel.INFO, "one");
            sink.close();

            try (var connection = syslog.accept()) {
                assertThat(Channels.newInputStream(connection).readAllBytes())
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo(HEAD + "one\n");
            }
        }
    }

    @Test
    void shouldSendToAUnixDatagramSocketAsTheLocalSyslogHasIt(@TempDir Path folder)
            throws IOException {
        Path socket = folder.resolve("log");
        try (UnixDatagramReceiver syslog = new UnixDatagramReceiver(socket)) {
            SyslogSink sink =
                    SyslogSink.start(
                            () -> SyslogDialers.local(List.of(folder.resolve("none"), socket)),
                            SyslogLines.local("millrace", 9, ZoneOffset.UTC),
                            CLOCK,
                            8);
            sink.write(LogLevel.INFO, "one");
            sink.write(LogLevel.WARN, "two");
            sink.close();

            assertThat(syslog.receive()).isEqualTo("<29>Nov 21 01:02:03 millrace[9]: one\n");
            assertThat(syslog.receive()).isEqualTo("<28>Nov 21 01:02:03 millrace[9]: two\n");
        }
    }

    @Test
    void shouldReconnectWhenTheSyslogHangsUp() throws IOException {
        try (ServerSocket syslog = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            SyslogSink sink = start("tcp://127.0.0.1:" + syslog.getLocalPort());
            syslog.accept().close();

            Thread logging =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (!Thread.currentThread().isInterrupted()) {
                                            sink.write(LogLevel.INFO, "again");
                                            Thread.yield();
                                        }
                                    });
            try (Socket second = syslog.accept();
                    var lines =
                            new BufferedReader(new InputStreamReader(second.getInputStream()))) {
                assertThat(lines.readLine()).isEqualTo(HEAD + "again");
            } finally {
                logging.interrupt();
                sink.close();
            }
        }
    }

    @Test
    void shouldDropAndCountLinesRatherThanHoldUpTheThreadThatLogs() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<String> sent = new ArrayList<>();
        SyslogWire slow =
                wire(
                        message -> {
                            stuck.countDown();
                            awaitOrFail(release);
                            sent.add(message);
                        });
        SyslogSink sink = SyslogSink.start(() -> slow, LINES, CLOCK, 4);
        sink.write(LogLevel.INFO, "first");
        stuck.await();
        for (int i = 0; i < 10; i++) {
            sink.write(LogLevel.INFO, "line " + i);
        }
        assertThat(sink.droppedLines()).isEqualTo(6);
        release.countDown();
        sink.close();

        assertThat(sent)
                .containsExactly(
                        HEAD + "first\n",
                        "<4>2026-11-21T01:02:03Z host millrace[9]: 6 log lines dropped:"
                                + " the syslog did not take them in time\n",
                        HEAD + "line 0\n",
                        HEAD + "line 1\n",
                        HEAD + "line 2\n",
                        HEAD + "line 3\n");
    }

    @Test
    void shouldDialADeadSyslogOnceASecondAtMost() throws IOException {
        AtomicInteger dials = new AtomicInteger();
        SyslogWire dead =
                wire(
                        message -> {
                            throw new IOException("gone");
                        });
        SyslogSink sink =
                SyslogSink.start(
                        () -> {
                            if (dials.getAndIncrement() > 0) {
                                throw new IOException("refused");
                            }
                            return dead;
                        },
                        LINES,
                        CLOCK,
                        100);
        for (int i = 0; i < 50; i++) {
            sink.write(LogLevel.INFO, "a");
        }
        sink.close();

        assertThat(dials).hasValueBetween(2, 3);
        assertThat(sink.droppedLines()).isEqualTo(50);
    }

    @Test
    void shouldCloseInBoundedTimeWhenTheSyslogTakesNothing() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        SyslogSink sink =
                SyslogSink.start(() -> wire(message -> awaitOrFail(never)), LINES, CLOCK, 1);
        for (int i = 0; i < 5; i++) {
            sink.write(LogLevel.INFO, "a");
        }

        sink.close();

        sink.write(LogLevel.INFO, "after");
    }

    @Test
    void shouldRefuseAnAddressThatCannotWork() {
        assertThatIOException()
                .isThrownBy(() -> start("http://127.0.0.1:1"))
                .withMessage("error invalid network type: \"http\"");
        assertThatIOException()
                .isThrownBy(() -> start("udp://"))
                .withMessageStartingWith("error invalid remote syslog address: ");
        assertThatIOException()
                .isThrownBy(() -> start("tcp://127.0.0.1:1"))
                .withMessageStartingWith("error connecting to syslog: \"");
    }

    @Test
    void shouldRefuseALocalSyslogThatIsNotThere(@TempDir Path folder) {
        List<Path> none = List.of(folder.resolve("log"));

        assertThatIOException()
                .isThrownBy(
                        () -> SyslogSink.start(() -> SyslogDialers.local(none), LINES, CLOCK, 8))
                .withMessage("error connecting to syslog: \"Unix syslog delivery error\"");
    }

    private static SyslogSink start(String address) throws IOException {
        return SyslogSink.start(SyslogDialers.remote(address), LINES, CLOCK, 1_000);
    }

    private interface Receiver {
        void receive(String message) throws IOException;
    }

    private static SyslogWire wire(Receiver receiver) {
        return new SyslogWire() {
            @Override
            public void send(byte[] message) throws IOException {
                receiver.receive(new String(message, StandardCharsets.UTF_8));
            }

            @Override
            public void close() {}
        };
    }

    private static void awaitOrFail(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
