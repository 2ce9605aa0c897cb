package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.millrace.broker.config.log.LogOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class ServerLogTest {
    private final List<String> lines = new ArrayList<>();
    private final LogSink sink = (level, text) -> lines.add(level.tag() + ' ' + text);

    @Test
    void shouldWriteDebugAndTraceOnlyWhenAskedTo() {
        ServerLog quiet = ServerLog.to(sink, false, false);
        logEverything(quiet);
        assertThat(lines).containsExactly("INF i", "WRN w", "ERR e", "FTL f");
        assertThat(quiet.debugEnabled()).isFalse();
        assertThat(quiet.traceEnabled()).isFalse();

        lines.clear();
        ServerLog verbose = ServerLog.to(sink, true, true);
        logEverything(verbose);
        assertThat(lines).containsExactly("INF i", "DBG d", "WRN w", "ERR e", "FTL f", "TRC t");
        assertThat(verbose.debugEnabled()).isTrue();
        assertThat(verbose.traceEnabled()).isTrue();
    }

    @Test
    void shouldLeaveTheLevelsToTheLoggerOfAnEmbeddingApplication() {
        LoggerContext context = new LoggerContext();
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        Logger logger = context.getLogger("nats");
        logger.addAppender(appender);
        logger.setLevel(Level.DEBUG);
        ServerLog log = ServerLog.to(logger);
        logEverything(log);
        log.warn("two\nlines {}");
        log.close();

        assertThat(log.debugEnabled()).isTrue();
        assertThat(log.traceEnabled()).isFalse();
        assertThat(appender.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "INFO i", "DEBUG d", "WARN w", "ERROR e", "ERROR f", "WARN two\\nlines {}");
    }

    @Test
    void shouldWriteNothingWhenDiscarding() {
        ServerLog log = ServerLog.discarding();
        logEverything(log);
        log.reopen();
        log.close();

        assertThat(log.debugEnabled()).isFalse();
        assertThat(log.traceEnabled()).isFalse();
    }

    @Test
    void shouldWriteToTheFileOfTheOptions(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("nats.log");
        try (ServerLog log = ServerLog.open(options(file, "udp://127.0.0.1:1", true), "millrace")) {
            logEverything(log);
        }

        String time = "\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}";
        String head = "\\[" + ProcessHandle.current().pid() + "] " + time;
        assertThat(Files.readAllLines(file))
                .hasSize(5)
                .allMatch(line -> line.matches(head + " \\[(INF|DBG|WRN|ERR|FTL)] [idwef]"));
    }

    @Test
    void shouldTagSyslogLinesWithTheNameTheServerWasStartedUnder(@TempDir Path folder)
            throws IOException {
        try (DatagramSocket syslog = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            String address = "udp://127.0.0.1:" + syslog.getLocalPort();
            try (ServerLog log =
                    ServerLog.open(options(Path.of(""), address, false), "nats-server")) {
                log.error("a");
            }
            DatagramPacket packet = new DatagramPacket(new byte[1_024], 1_024);
            syslog.receive(packet);
            String message =
                    new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);

            assertThat(message)
                    .startsWith("<3>")
                    .endsWith(" nats-server[" + ProcessHandle.current().pid() + "]: a\n");
        }
    }

    @Test
    void shouldPutTheNewLogInThePlaceOfTheOldOne(@TempDir Path folder) throws IOException {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        ServerLog log = ServerLog.open(options(first, "", true), "millrace");
        log.debug("one");
        log.reconfigure(options(second, "", false), "millrace");
        log.debug("two");
        log.info("three");

        assertThatIOException()
                .isThrownBy(
                        () ->
                                log.reconfigure(
                                        options(folder.resolve("no/x"), "", true), "millrace"));
        log.info("four");
        log.close();

        assertThat(first).content().endsWith("[DBG] one\n");
        assertThat(Files.readAllLines(second))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("[INF] three"),
                        line -> assertThat(line).endsWith("[INF] four"));
    }

    private static void logEverything(ServerLog log) {
        log.info("i");
        log.debug("d");
        log.warn("w");
        log.error("e");
        log.fatal("f");
        log.trace("t");
    }

    private static LogOptions options(Path file, String remoteSyslog, boolean debug) {
        return new LogOptions(
                debug,
                false,
                false,
                false,
                true,
                true,
                file.toString(),
                0,
                0,
                false,
                remoteSyslog,
                0,
                LogOptions.Format.TEXT);
    }
}
