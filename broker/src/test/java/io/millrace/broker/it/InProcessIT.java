package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.transport.inprocess.InProcessConnection;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clients in the server's own JVM, byte by byte: they are clients like any others. */
@Timeout(120)
@SuppressWarnings("try") // what ends a test may also be its subject
class InProcessIT {
    private static final int PAYLOAD = 100_000;
    private static final String FLOOD =
            "PUB flood " + PAYLOAD + "\r\n" + "x".repeat(PAYLOAD) + "\r\n";

    /** A task of the application on a thread of its own. */
    private interface Task<T> {
        T run() throws Exception;
    }

    private static <T> CompletableFuture<T> start(Task<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                done.complete(task.run());
                            } catch (Exception | Error e) {
                                done.completeExceptionally(e);
                            }
                        });
        return done;
    }

    /** Has the application write for as long as there is room; counts the bytes. */
    private static CompletableFuture<Long> fill(
            InProcessConnection connection, String text, AtomicLong written) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return start(
                () -> {
                    while (true) {
                        connection.write(bytes, 0, bytes.length);
                        written.addAndGet(bytes.length);
                    }
                });
    }

    /** Reads a line; a question how this one is is passed over. */
    private static String line(InProcessConnection connection) throws IOException {
        String line = lineOrQuestion(connection);
        while (line.equals("PING\r\n")) {
            line = lineOrQuestion(connection);
        }
        return line;
    }

    private static String lineOrQuestion(InProcessConnection connection) throws IOException {
        StringBuilder line = new StringBuilder();
        byte[] one = new byte[1];
        while (line.indexOf("\n") < 0 && connection.read(one, 0, 1) > 0) {
            line.append((char) one[0]);
        }
        return line.toString();
    }

    private static void write(InProcessConnection connection, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        connection.write(bytes, 0, bytes.length);
    }

    /** What monitoring answers, without blanks. */
    static String get(NatsServer server, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(server.monitorUrl() + path)).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .replaceAll("\\s+", "");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSpeakTheProtocolThroughAPipeAndOverSocketsAlike(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient inside = PipeSocket.open(server);
                RawClient outside = RawClient.connected(server)) {
            assertThat(inside.info())
                    .contains("\"server_id\":\"" + server.id() + '"', "\"client_id\":1")
                    .doesNotContain("client_ip");
            inside.send("CONNECT {\"verbose\":true}\r\n");
            inside.expect("+OK\r\n");
            inside.send("CONNECT {\"verbose\":false}\r\nSUB in.* 7\r\nPING\r\n");
            inside.expect("PONG\r\n");
            outside.send("SUB out 8\r\n");
            outside.fence();
            outside.send("PUB in.a back 5\r\nhello\r\n");
            inside.expect("MSG in.a 7 back 5\r\nhello\r\n");
            inside.send("PUB out 2\r\nhi\r\nFOO\r\n");
            outside.expect("MSG out 8 2\r\nhi\r\n");
            inside.expect("-ERR 'Unknown Protocol Operation'\r\n");
            inside.expectClosed();
            outside.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeEveryCutAndSizeOfWhatIsWritten(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient publisher = PipeSocket.connected(server);
                RawClient subscriber = PipeSocket.connected(server)) {
            subscriber.send("SUB a 1\r\n");
            subscriber.fence();
            for (byte b : "PUB a 3\r\nxyz\r\n".getBytes(StandardCharsets.US_ASCII)) {
                publisher.send(new byte[] {b});
            }
            subscriber.expect("MSG a 1 3\r\nxyz\r\n");
            for (int size : new int[] {0, 60_000, 70_000, 131_072, 131_073, 1_048_576}) {
                String payload = "0123456789abcdef".repeat(size / 16 + 1).substring(0, size);
                CompletableFuture<Void> sending =
                        start(
                                () -> {
                                    publisher.send("PUB a " + size + "\r\n" + payload + "\r\n");
                                    return null;
                                });
                subscriber.expect("MSG a 1 " + size + "\r\n" + payload + "\r\n");
                sending.get(60, TimeUnit.SECONDS);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDoWhatWasWrittenBeforeTheApplicationClosed(Mode mode) throws Exception {
        int messages = 3_000;
        try (NatsServer server = Modes.start(mode);
                RawClient subscriber = RawClient.connected(server)) {
            subscriber.send("SUB a 1\r\n");
            subscriber.fence();
            try (RawClient publisher = PipeSocket.connected(server)) {
                publisher.send(("PUB a 100\r\n" + "y".repeat(100) + "\r\n").repeat(messages));
            }
            for (int i = 0; i < messages; i++) {
                assertThat(subscriber.lineAfterPing()).isEqualTo("MSG a 1 100\r\n");
                subscriber.skip(102);
            }
            Modes.await("the publisher is gone", () -> server.clientCount() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndBlockedReadsAndWritesWhenTheServerCloses(Mode mode) throws Exception {
        NatsServer server = Modes.start(mode);
        InProcessConnection reading = server.inProcess().connect();
        line(reading);
        CompletableFuture<Integer> read = start(() -> reading.read(new byte[1], 0, 1));

        InProcessConnection writing = server.inProcess().connect();
        write(writing, "CONNECT {\"verbose\":false}\r\n");
        AtomicLong written = new AtomicLong();
        CompletableFuture<Long> write = fill(writing, FLOOD, written);
        Modes.await("it writes", () -> written.get() > 1_000_000);

        server.close();
        assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThatThrownBy(() -> write.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> write(reading, "PING\r\n")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> server.inProcess().connect()).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndBlockedReadsAndWritesWhenTheApplicationCloses(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode)) {
            InProcessConnection connection = server.inProcess().connect();
            line(connection);
            CompletableFuture<Integer> read = start(() -> connection.read(new byte[1], 0, 1));
            connection.close();
            assertThatThrownBy(() -> read.get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IOException.class);
            assertThatThrownBy(() -> write(connection, "PING\r\n")).isInstanceOf(IOException.class);
            connection.close();

            InProcessConnection deaf = server.inProcess().connect();
            line(deaf);
            CompletableFuture<Integer> end = start(() -> deaf.read(new byte[1], 0, 1));
            deaf.shutdownInput();
            assertThat(end.get(60, TimeUnit.SECONDS)).isEqualTo(-1);
            write(deaf, "PING\r\n");
            deaf.close();
            Modes.await("all are gone", () -> server.clientCount() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLeaveAConnectionAsItIsWhenAReaderIsInterrupted(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                InProcessConnection connection = server.inProcess().connect()) {
            line(connection);
            CompletableFuture<Thread> reader = new CompletableFuture<>();
            CompletableFuture<Integer> read =
                    start(
                            () -> {
                                reader.complete(Thread.currentThread());
                                return connection.read(new byte[1], 0, 1);
                            });
            reader.get().interrupt();
            assertThatThrownBy(() -> read.get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InterruptedIOException.class);
            write(connection, "PING\r\n");
            assertThat(line(connection)).isEqualTo("PONG\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldBackAnApplicationWhoseConsumerIsNearlyTooSlow(Mode mode) throws Exception {
        int messages = 2_000;
        try (NatsServer server = Modes.start(mode, options -> options.maxPending(16_000_000));
                RawClient reader = PipeSocket.connected(server);
                RawClient publisher = PipeSocket.connected(server)) {
            reader.send("SUB flood 1\r\n");
            reader.fence();
            CompletableFuture<Void> producing =
                    start(
                            () -> {
                                for (int i = 0; i < messages; i++) {
                                    publisher.send(FLOOD);
                                }
                                return null;
                            });
            for (int i = 0; i < messages; i++) {
                reader.expect("MSG flood 1 " + PAYLOAD + "\r\n");
                reader.skip(PAYLOAD + 2);
            }
            producing.get(60, TimeUnit.SECONDS);
            assertThat(server.slowConsumers()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseAnApplicationThatMissesTheWriteDeadline(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                options -> options.writeDeadline(Duration.ofMillis(200)));
                RawClient slow = PipeSocket.connected(server);
                RawClient publisher = PipeSocket.connected(server)) {
            slow.send("SUB flood 1\r\n");
            slow.fence();
            publisher.send(FLOOD.repeat(20));
            publisher.fence();
            log.await("pipe - cid:1", " - Slow Consumer Detected: WriteDeadline of 200ms exceeded");
            log.await("cid:1", "Client connection closed: Slow Consumer (Write Deadline)");
            assertThat(slow.readToEnd()).isLessThan(20L * PAYLOAD);
            assertThat(server.slowConsumers()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseAnApplicationWhoseMaxPendingIsExceeded(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = Modes.start(mode, log, options -> options.maxPending(4_000_000));
                RawClient slow = PipeSocket.connected(server);
                RawClient publisher = PipeSocket.connected(server)) {
            slow.send("SUB flood 1\r\n");
            slow.fence();
            publisher.send(FLOOD.repeat(200));
            log.await(" - Slow Consumer Detected: MaxPending of 4000000 Exceeded");
            log.await("cid:1", "Client connection closed: Slow Consumer (Pending Bytes)");
            publisher.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldChargeAConnectionForItsPipeAsLongAsItIsOpen(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.httpPort(-1))) {
            assertThat(charged(server)).isZero();
            try (RawClient client = PipeSocket.connected(server)) {
                client.fence();
                assertThat(charged(server)).isBetween(262_144L, 300_000L);
            }
            Modes.await("it is gone", () -> server.clientCount() == 0);
            assertThat(charged(server)).isZero();
        }
    }

    /** Who comes when there is no more room is turned away; who is there doesn't pay for it. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTurnTheNewcomerAwayWhenItsPipeDoesntFit(Mode mode) throws Exception {
        List<InProcessConnection> inside = new ArrayList<>();
        try (NatsServer server = Modes.start(mode, options -> options.maxMemory(64 << 20))) {
            int most = 200;
            boolean full = false;
            while (!full && inside.size() < most) {
                InProcessConnection connection = server.inProcess().connect();
                inside.add(connection);
                line(connection);
                try {
                    write(connection, "CONNECT {\"verbose\":false}\r\nPING\r\n");
                } catch (IOException e) {
                    // Turned away already; it still says why.
                }
                full = line(connection).startsWith("-ERR 'maximum connections exceeded'");
            }
            assertThat(full).isTrue();
            InProcessConnection turnedAway = inside.removeLast();
            assertThat(turnedAway.read(new byte[1], 0, 1)).isEqualTo(-1);
            assertThat(inside).hasSizeGreaterThan(50);
            for (InProcessConnection connection : inside) {
                write(connection, "PING\r\n");
                assertThat(line(connection)).isEqualTo("PONG\r\n");
            }
            inside.removeLast().close();
            Modes.await("one is gone", () -> server.clientCount() == inside.size());
            try (RawClient next = PipeSocket.connected(server)) {
                next.fence();
            }
        } finally {
            inside.forEach(InProcessConnection::close);
        }
    }

    /** Bytes that connections are charged for. */
    private static long charged(NatsServer server) throws Exception {
        Matcher charged =
                Pattern.compile("\"bytes_by_kind\":\\{.*\"connections\":(\\d+)")
                        .matcher(get(server, "/varz"));
        assertThat(charged.find()).isTrue();
        return Long.parseLong(charged.group(1));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowThatAClientIsInProcess(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.httpPort(-1));
                RawClient client = PipeSocket.connected(server)) {
            client.fence();
            assertThat(get(server, "/connz"))
                    .contains("\"kind\":\"Client\",\"type\":\"nats\",\"ip\":\"pipe\",\"port\":0");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLogApplicationsInUnlessTheyMustUseAnotherWay(Mode mode) throws Exception {
        String users =
                "authorization { timeout: 60, users: ["
                        + "{user: any, password: pw},"
                        + "{user: inside, password: pw, allowed_connection_types: [IN_PROCESS]},"
                        + "{user: outside, password: pw, allowed_connection_types: [STANDARD]},"
                        + "{user: hashed, password:"
                        + " \"$2a$11$CDNOC7aihDnLOczQYPsnNOz2Psqk6LaG1I.juLvtw04z0yG4aUPqi\"}"
                        + "] }";
        try (NatsServer server = Modes.start(mode, options -> Configured.into(options, users))) {
            for (String user : new String[] {"any", "inside", "outside"}) {
                String connect =
                        "CONNECT {\"verbose\":false,\"user\":\""
                                + user
                                + "\",\"pass\":\"pw\"}\r\nPING\r\n";
                try (RawClient inside = PipeSocket.open(server);
                        RawClient outside = new RawClient(server)) {
                    inside.send(connect);
                    inside.expect(
                            user.equals("outside")
                                    ? "-ERR 'Authorization Violation'\r\n"
                                    : "PONG\r\n");
                    outside.send(connect);
                    outside.expect(
                            user.equals("inside")
                                    ? "-ERR 'Authorization Violation'\r\n"
                                    : "PONG\r\n");
                }
            }
            try (RawClient wrong = PipeSocket.open(server)) {
                wrong.send("CONNECT {\"user\":\"hashed\",\"pass\":\"guess\"}\r\nPING\r\n");
                wrong.expect("-ERR 'Authorization Violation'\r\n");
                wrong.expectClosed();
            }
        }
    }

    private static Options inside(Mode mode, String types, int maxPayload) {
        OptionsBuilder options = new OptionsBuilder().host("127.0.0.1").port(-1).threading(mode);
        Configured.into(
                options.maxPayload(maxPayload),
                "authorization { timeout: 60, users: [{user: inside, password: pw,"
                        + " allowed_connection_types: ["
                        + types
                        + "]}] }");
        return options.conclude(2);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldStayThroughReloadsThatLetApplicationsIn(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode)) {
            server.reload(inside(mode, "IN_PROCESS", 1_000_000));
            try (RawClient client = PipeSocket.open(server)) {
                client.send("CONNECT {\"verbose\":false,\"user\":\"inside\",\"pass\":\"pw\"}\r\n");
                client.fence();
                server.reload(inside(mode, "IN_PROCESS, MQTT", 999_999));
                client.fence();
                server.reload(inside(mode, "STANDARD", 999_999));
                client.expect("-ERR 'Authorization Violation'\r\n");
                client.expectClosed();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeManyApplicationsAtOnce(Mode mode) throws Exception {
        int count = 200;
        List<RawClient> clients = new ArrayList<>();
        try (NatsServer server = Modes.start(mode);
                RawClient publisher = PipeSocket.connected(server)) {
            for (int i = 0; i < count; i++) {
                RawClient client = PipeSocket.connected(server);
                clients.add(client);
                client.send("SUB all 1\r\n");
            }
            Modes.await("all have subscribed", () -> server.subscriptionCount() == count);
            publisher.send("PUB all 2\r\nhi\r\n");
            for (RawClient client : clients) {
                assertThat(client.lineAfterPing()).isEqualTo("MSG all 1 2\r\n");
                client.close();
            }
            Modes.await("all are gone", () -> server.clientCount() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLookAtSocketsWhileApplicationsHaveMuchToSay(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                InProcessConnection one = server.inProcess().connect();
                InProcessConnection other = server.inProcess().connect();
                RawClient outside = RawClient.connected(server)) {
            AtomicLong written = new AtomicLong();
            String some = "PUB a 16\r\n0123456789abcdef\r\n".repeat(1_000);
            fill(one, some, written);
            fill(other, some, written);
            Modes.await("they are at it", () -> written.get() > 1_000_000);
            for (int i = 0; i < 200; i++) {
                outside.fence();
            }
        }
    }

    /** That more nanoseconds are wanted than there are is no reason to leave a connection open. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldConnectHoweverLongThatMayTake(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode)) {
            server.inProcess().connect(ChronoUnit.FOREVER.getDuration()).close();
            Modes.await("it is gone", () -> server.clientCount() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeNoConnectionsInLameDuckMode(Mode mode) throws Exception {
        NatsServer server =
                Modes.start(
                        mode,
                        options ->
                                options.lameDuckGracePeriod(Duration.ofMillis(50))
                                        .lameDuckDuration(Duration.ofMillis(100)));
        try (RawClient client = PipeSocket.open(server)) {
            client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\n");
            client.expect("PONG\r\n");
            client.line();
            server.enterLameDuckMode();
            assertThat(client.line()).startsWith("INFO {").contains("\"ldm\":true");
            assertThatThrownBy(() -> server.inProcess().connect()).isInstanceOf(IOException.class);
            client.expectClosed();
            server.awaitClosed();
        }
    }
}
