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
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

@Timeout(120)
class SyslogWriterTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-21T01:02:03Z"), ZoneOffset.UTC);
    private static final SyslogLines LINES =
            SyslogLines.remote("host", "millrace", 9, ZoneOffset.UTC);
    private static final String HEAD = "<5>2026-11-21T01:02:03Z host millrace[9]: ";

    @Test
    void shouldSendOneDatagramALineToAUdpSyslog() throws IOException {
        try (DatagramSocket syslog = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (String scheme : List.of("udp", "syslog")) {
                LogQueue sink = start(scheme + "://127.0.0.1:" + syslog.getLocalPort());
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
            LogQueue sink = start("tcp://127.0.0.1:" + syslog.getLocalPort());
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
            LogQueue sink = start("unix://" + socket);
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
            LogQueue sink =
                    start(
                            () -> SyslogDialers.local(List.of(folder.resolve("none"), socket)),
                            SyslogLines.local("millrace", 9, ZoneOffset.UTC));
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
            LogQueue sink = start("tcp://127.0.0.1:" + syslog.getLocalPort());
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
    void shouldDialADeadSyslogOnceASecondAtMost() throws IOException {
        long start = System.nanoTime();
        AtomicInteger dials = new AtomicInteger();
        SyslogWire dead =
                wire(
                        message -> {
                            throw new IOException("gone");
                        });
        LogQueue sink =
                start(
                        () -> {
                            if (dials.getAndIncrement() > 0) {
                                throw new IOException("refused");
                            }
                            return dead;
                        },
                        LINES);
        for (int i = 0; i < 50; i++) {
            sink.write(LogLevel.INFO, "a");
        }
        // Closing waits for a second only.
        while (sink.droppedLines() < 50) {
            LockSupport.parkNanos(1_000_000);
        }
        sink.close();
        int seconds = (int) Duration.ofNanos(System.nanoTime() - start).toSeconds();

        assertThat(dials).hasValueBetween(2, 3 + seconds);
        assertThat(sink.droppedLines()).isEqualTo(50);
    }

    @Test
    void shouldCloseInBoundedTimeWhenTheSyslogTakesNothing() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        LogQueue sink = start(() -> wire(message -> awaitOrFail(never)), LINES);
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
                .isThrownBy(() -> start(() -> SyslogDialers.local(none), LINES))
                .withMessage("error connecting to syslog: \"Unix syslog delivery error\"");
    }

    private static LogQueue start(String address) throws IOException {
        return start(SyslogDialers.remote(address), LINES);
    }

    private static LogQueue start(SyslogWire.Dialer dialer, SyslogLines lines) throws IOException {
        return LogQueue.start(SyslogWriter.open(dialer, lines), CLOCK, LogQueue.MAX_BYTES);
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
