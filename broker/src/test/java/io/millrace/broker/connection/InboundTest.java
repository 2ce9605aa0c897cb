package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.LogLevel;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.RouterCommand;
import io.millrace.broker.ring.RouterProxy;
import io.millrace.broker.ring.RoutingRing;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ProtocolParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Bytes cut anywhere, read while the router is slow, against what the same bytes say in one piece.
 *
 * <p>The test is the transport, the event loop and the routing thread in one. What the router gets
 * is taken from its trace.
 */
class InboundTest {
    private static final int MAX_PAYLOAD = 1024 * 1024;
    private static final int ROUNDS = 130 * Integer.getInteger("millrace.effort", 1);

    /** As for clients by default. */
    private static final int MAX_CONTROL_LINE = 4096;

    /** More than a stretch holds. */
    private static final int LONG_CONTROL_LINE = 3 * Stretch.BYTES;

    private static final String FROM_CLIENT = "127.0.0.1:1 - cid:1 - <<- ";

    private final List<String> routed = new ArrayList<>();
    private final ServerLog log = ServerLog.to(this::onLine, false, true);
    private final RouterFixture fixture = new RouterFixture(log);
    private final Client client = fixture.client(new RouterFixture.CountingPeer());
    private final RoutingRing ring =
            new RoutingRing(
                    fixture.router, () -> {}, () -> {}, log, new StageRecorder(Stage.values()));

    private void onLine(LogLevel level, String text) {
        if (text.startsWith(FROM_CLIENT)) {
            routed.add(shown(text.substring(FROM_CLIENT.length())));
        } else if (level == LogLevel.ERROR) {
            throw new AssertionError(text);
        }
    }

    /** Long payloads stand for themselves by their hash, so that a failure can be read. */
    private static String shown(String line) {
        int most = 120;
        return line.length() <= most
                ? line
                : line.substring(0, most) + " " + line.length() + " #" + line.hashCode();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** A connection with a loop of its own. */
    private final class Connection implements Inbound.Listener, AutoCloseable {
        final IoLoop loop;
        final Inbound inbound;
        final List<String> ends = new ArrayList<>();
        boolean starved;
        int spoke;

        /** Whether a CONNECT waits to be admitted. */
        boolean proving;

        Connection(int stretches) {
            this(stretches, true);
        }

        Connection(int stretches, boolean admitted) {
            this(stretches, admitted, MAX_CONTROL_LINE);
        }

        Connection(int stretches, boolean admitted, int maxControlLine) {
            loop =
                    new IoLoop(
                            new EmbeddedChannel().eventLoop(),
                            new RouterProxy(ring, 0),
                            stretches,
                            new StageRecorder(Stage.values()));
            CommandParser parser = new CommandParser(maxControlLine, MAX_PAYLOAD);
            inbound = new Inbound(loop, client, parser, this, admitted);
        }

        @Override
        public Inbound.Next said(int op, byte[] json) {
            String shown = new String(json, StandardCharsets.ISO_8859_1);
            loop.command(router -> router.onTrace(client.peer(), "CONNECT " + shown));
            if (shown.contains("refuse")) {
                return Inbound.Next.END;
            }
            proving = shown.contains("wait");
            if (!proving) {
                inbound.admit();
            }
            return proving ? Inbound.Next.WAIT : Inbound.Next.GO_ON;
        }

        @Override
        public void spoke() {
            spoke++;
        }

        @Override
        public boolean speaksUnasked() {
            ends.add("UNASKED");
            inbound.end();
            return false;
        }

        @Override
        public void error(ProtocolParser parser) {
            ends.add(parser.error().name());
            inbound.end();
        }

        @Override
        public void othersTurn() {
            starved();
        }

        @Override
        public void starved() {
            starved = true;
        }

        /** Reads as the transport does, into the buffer it is given. */
        int read(byte[] bytes, int from, int atMost) {
            ByteBuf buffer = inbound.bufferForRead();
            assertThat(buffer.isWritable()).isTrue();
            int count = Math.min(Math.min(atMost, bytes.length - from), buffer.writableBytes());
            if (count == 0) {
                buffer.release();
            } else {
                buffer.writeBytes(bytes, from, count);
                inbound.read(buffer);
            }
            return count;
        }

        /** Hands in a buffer that isn't the connection's. */
        int readForeign(byte[] bytes, int from, int atMost) {
            int count = Math.min(atMost, bytes.length - from);
            ByteBuf foreign =
                    count % 2 == 0 ? Unpooled.buffer(count) : Unpooled.directBuffer(count + 1);
            inbound.read(foreign.writeBytes(bytes, from, count));
            return count;
        }

        /** As when another connection of the loop had something for the router. */
        void handOverStretchOfOther() {
            Stretch stretch = loop.freeStretch();
            assert stretch != null;
            stretch.frames.reset(stretch.bytes);
            loop.handOver(stretch, client);
        }

        void resume() {
            if (starved) {
                starved = false;
                inbound.resume();
            }
        }

        void proved() {
            if (proving) {
                proving = false;
                inbound.admit();
                inbound.goOn();
            }
        }

        void routeAll() {
            for (int turn = 0; turn == 0 || starved || loop.router().isFull(); turn++) {
                assertThat(turn).as("starves for ever").isLessThan(1_000);
                loop.router().retry();
                ring.drain();
                resume();
            }
            ring.drain();
        }

        void proveAndRouteAll() {
            routeAll();
            while (proving) {
                proved();
                routeAll();
            }
        }

        void readAll(byte[] bytes) {
            for (int at = 0; at < bytes.length; ) {
                at += read(bytes, at, Integer.MAX_VALUE);
                routeAll();
            }
        }

        @Override
        public void close() {
            inbound.release();
            loop.close();
        }
    }

    /** Commands, and what the router is to get of them. */
    private static final class Commands {
        final StringBuilder wire = new StringBuilder();
        final List<String> trace = new ArrayList<>();

        void add(String command, String traced) {
            wire.append(command).append("\r\n");
            trace.add(shown("[" + traced + "]"));
        }

        void connect(String what, int number) {
            String command = "CONNECT {\"" + what + "\":" + number + "}";
            add(command, command);
        }

        void publish(String subject, String payload) {
            String line = "PUB " + subject + " " + payload.length();
            add(line + "\r\n" + payload, line);
            if (!payload.isEmpty()) {
                trace.add(shown("MSG_PAYLOAD: [\"" + payload + "\"]"));
            }
        }

        byte[] bytes() {
            return wire.toString().getBytes(StandardCharsets.ISO_8859_1);
        }

        void addRandom(Random random, int count) {
            for (int i = 0; i < count; i++) {
                switch (random.nextInt(20)) {
                    case 0 -> add("PING", "PING");
                    case 1 -> add("PONG", "PONG");
                    case 2 -> add("SUB s." + i + " " + i, "SUB s." + i + " " + i);
                    case 3 -> add("UNSUB " + i, "UNSUB " + i);
                    case 4 -> connect(random.nextBoolean() ? "n" : "wait", i);
                    case 5 -> addLong(random, i);
                    default -> publish("p." + i, payload(random));
                }
            }
        }

        /** Perhaps a line that is larger than a stretch, perhaps with a payload that is, too. */
        private void addLong(Random random, int number) {
            int size = random.nextInt(30) == 0 ? random.nextInt(2 * Stretch.BYTES) : 1;
            String name = payload(random, size);
            switch (random.nextInt(4)) {
                case 0 -> add("SUB s." + name + " " + number, "SUB s." + name + " " + number);
                case 1 -> connect((random.nextBoolean() ? "n" : "wait") + name, number);
                case 2 -> wire.append("+OK ").append(name).append("\r\n");
                default -> publish("p." + name, payload(random));
            }
        }

        private static String payload(Random random) {
            int size =
                    switch (random.nextInt(60)) {
                        case 0 -> Stretch.BYTES - 40 + random.nextInt(80);
                        case 1 -> random.nextInt(4 * Stretch.BYTES);
                        case 2, 3, 4, 5 -> random.nextInt(10_000);
                        default -> random.nextInt(100);
                    };
            return payload(random, size);
        }

        static String payload(Random random, int size) {
            StringBuilder payload = new StringBuilder(size);
            char letter = (char) ('a' + random.nextInt(26));
            for (int i = 0; i < size; i++) {
                payload.append(i % 100 == 99 ? (char) ('0' + i / 100 % 10) : letter);
            }
            return payload.toString();
        }
    }

    @Test
    void shouldRouteWhatIsReadInOnePiece() {
        Commands commands = new Commands();
        commands.add("PING", "PING");
        commands.publish("p", "hello");
        commands.add("CONNECT {}", "CONNECT {}");
        commands.add("SUB s 1", "SUB s 1");
        try (Connection connection = new Connection(2)) {
            connection.readAll(commands.bytes());
        }
        assertThat(routed).isEqualTo(commands.trace);
    }

    @Test
    void shouldRouteMessagesThatJustFitIntoAStretchAndThatJustDont() {
        Random random = new Random(1);
        for (int size = Stretch.BYTES - 40; size < Stretch.BYTES + 10; size++) {
            Commands commands = new Commands();
            commands.add("PING", "PING");
            commands.publish("p", Commands.payload(random, size));
            commands.add("PONG", "PONG");
            routed.clear();
            try (Connection connection = new Connection(1)) {
                connection.readAll(commands.bytes());
            }
            assertThat(routed).as("payload of %d", size).isEqualTo(commands.trace);
        }
    }

    @Test
    void shouldRouteMoreCommandsThanOneStretchDescribes() {
        Commands commands = new Commands();
        for (int i = 0; i < 9_000; i++) {
            commands.add("PING", "PING");
        }
        try (Connection connection = new Connection(1)) {
            connection.readAll(commands.bytes());
        }
        assertThat(routed).isEqualTo(commands.trace);
    }

    @Test
    void shouldSayWhatWasWrongBehindWhatWasRight() {
        Commands commands = new Commands();
        commands.publish("p", "hello");
        byte[] bytes = (commands.wire + "WHAT\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII);
        for (int cut = 0; cut <= bytes.length; cut++) {
            routed.clear();
            try (Connection connection = new Connection(2)) {
                connection.read(bytes, 0, cut);
                connection.read(bytes, cut, bytes.length);
                connection.read(bytes, 0, bytes.length);
                connection.routeAll();
                assertThat(connection.ends).containsExactly("UNKNOWN_OPERATION");
            }
            assertThat(routed).isEqualTo(commands.trace);
        }
    }

    @Test
    void shouldParseNothingBehindAConnectThatIsRefused() {
        byte[] bytes = "PING\r\nCONNECT refuse\r\nPONG\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Connection connection = new Connection(2)) {
            connection.readAll(bytes);
        }
        assertThat(routed).containsExactly("[PING]", "[CONNECT refuse]");
    }

    /** The router lags behind while a command that nearly fills a stretch is unfinished. */
    @Test
    void shouldKeepMoreThanAStretchWhileNoneIsFree() {
        Commands commands = new Commands();
        commands.publish("p", Commands.payload(new Random(1), Stretch.BYTES - 100));
        commands.publish("p", Commands.payload(new Random(2), 3000));
        commands.add("PONG", "PONG");
        byte[] bytes = commands.bytes();
        try (Connection connection = new Connection(1)) {
            int at = connection.read(bytes, 0, Stretch.BYTES - 200);
            connection.handOverStretchOfOther();
            at += connection.read(bytes, at, bytes.length);
            assertThat(at).isEqualTo(bytes.length);
            assertThat(connection.starved).isTrue();
            connection.routeAll();
        }
        assertThat(routed).isEqualTo(commands.trace);
    }

    /** What was announced costs nothing; what has come is charged, and given back. */
    @Test
    void shouldTakeMemoryForWhatCameOfALargeMessageAndGiveItBack() {
        byte[] bytes = "PUB p 900000\r\nhello".getBytes(StandardCharsets.US_ASCII);
        Ledger ledger = client.peer().debtor().ledger();
        try (Connection connection = new Connection(1)) {
            connection.read(bytes, 0, bytes.length);
            long held = ledger.bytes(Debt.LARGE_MESSAGES);
            assertThat(held).isBetween(1L, 64L * 1024);
            byte[] more = new byte[300_000];
            for (int at = 0; at < more.length; ) {
                at += connection.read(more, at, 10_000);
                assertThat(ledger.bytes(Debt.LARGE_MESSAGES)).isLessThan(64 * 1024 + 4L * at);
            }
            ByteBuf large = connection.inbound.bufferForRead();
            assertThat(large.isWritable()).isTrue();
            large.release();
            connection.inbound.release();
            assertThat(large.refCnt()).isZero();
            assertThat(ledger.bytes(Debt.LARGE_MESSAGES)).isZero();
            assertThat(ledger.bytes(Debt.INBOUND)).isZero();
        }
    }

    /** With few stretches and many; one can't be had while the router has all. */
    @Tag("property")
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void shouldRouteTheSameHoweverItIsCutAndHoweverSlowTheRouterIs(int stretches) {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Commands commands = new Commands();
            boolean admitted = random.nextBoolean();
            if (!admitted) {
                commands.connect(random.nextBoolean() ? "n" : "wait", round);
            }
            commands.addRandom(random, 1 + random.nextInt(100));
            boolean broken = random.nextInt(4) == 0;
            if (broken) {
                commands.wire.append("WHAT\r\nPING\r\n");
            }
            routed.clear();
            try (Connection connection = new Connection(stretches, admitted, LONG_CONTROL_LINE)) {
                feed(connection, commands.bytes(), random);
                connection.proveAndRouteAll();
                assertThat(routed).isEqualTo(commands.trace);
                assertThat(connection.ends).hasSize(broken ? 1 : 0);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "round " + round + "; replay with -Dmillrace.seed=" + seed, e);
            }
        }
    }

    /** Reads, routes, resumes and fills the ring in any order. */
    private void feed(Connection connection, byte[] bytes, Random random) {
        RouterCommand nothing = router -> {};
        // Small pieces for short inputs only: an unfinished command is copied at each read.
        int largest = Math.max(1 << random.nextInt(18), bytes.length / 1000);
        int slowness = 1 + random.nextInt(8);
        int at = 0;
        while (at < bytes.length) {
            int piece = random.nextInt(largest + 1);
            switch (random.nextInt(5 + slowness)) {
                case 0 -> ring.drain();
                case 1 -> connection.loop.router().retry();
                case 2 -> connection.resume();
                case 3 -> connection.proved();
                case 4 -> {
                    while (ring.offer(nothing)) {
                        // to the brim, so that nothing can be handed over
                    }
                }
                default -> {
                    // What is underway when reading stops still comes, as when a client hangs up.
                    boolean reads = !connection.starved && !connection.proving;
                    if (reads || random.nextInt(20) == 0) {
                        at +=
                                random.nextInt(5) == 0
                                        ? connection.readForeign(bytes, at, piece)
                                        : connection.read(bytes, at, piece);
                    }
                }
            }
        }
    }

    // --- before the client is let in

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldKeepWhatFollowsAConnectThatWaitsWhereverItIsCut() {
        byte[] bytes =
                ascii(
                        "CONNECT wait1\r\nPUB a 1\r\nx\r\nCONNECT wait2\r\n"
                                + "CONNECT {}\r\nPING\r\nCONNECT wait3\r\nPONG\r\n");
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second += 3) {
                routed.clear();
                try (Connection connection = new Connection(1, false)) {
                    connection.read(bytes, 0, first);
                    connection.routeAll();
                    connection.readForeign(bytes, first, second - first);
                    connection.routeAll();
                    connection.read(bytes, second, bytes.length);
                    connection.routeAll();
                    assertThat(routed).containsExactly("[CONNECT wait1]");
                    connection.proved();
                    connection.routeAll();
                    assertThat(routed)
                            .containsExactly(
                                    "[CONNECT wait1]",
                                    "[PUB a 1]",
                                    "MSG_PAYLOAD: [\"x\"]",
                                    "[CONNECT wait2]");
                    connection.proved();
                    connection.routeAll();
                    assertThat(routed.subList(4, routed.size()))
                            .containsExactly("[CONNECT {}]", "[PING]", "[CONNECT wait3]");
                    connection.proved();
                    connection.routeAll();
                    assertThat(routed).hasSize(8).endsWith("[PONG]");
                    assertThat(connection.ends).isEmpty();
                }
            }
        }
    }

    @Test
    void shouldKeepMoreThanAStretchBehindAConnectThatWaits() {
        for (int size : new int[] {Stretch.BYTES - 30, Stretch.BYTES, 3 * Stretch.BYTES}) {
            Commands commands = new Commands();
            commands.add("CONNECT wait", "CONNECT wait");
            commands.publish("p", Commands.payload(new Random(1), size));
            commands.add("PING", "PING");
            byte[] bytes = commands.bytes();
            routed.clear();
            try (Connection connection = new Connection(1, false)) {
                for (int at = 0; at < bytes.length; ) {
                    at += connection.read(bytes, at, bytes.length);
                    connection.routeAll();
                    assertThat(connection.loop.freeStretch()).as("left to others").isNotNull();
                }
                assertThat(routed).containsExactly("[CONNECT wait]");
                connection.proveAndRouteAll();
            }
            assertThat(routed).isEqualTo(commands.trace);
        }
    }

    /** They are read while the transport empties the socket of a client that has left. */
    @Test
    void shouldReadLittleAtATimeWhileAConnectWaits() {
        byte[] bytes = ascii("CONNECT wait\r\nPUB p 500000\r\nx");
        try (Connection connection = new Connection(1, false)) {
            connection.read(bytes, 0, bytes.length);
            for (int i = 0; i < 100; i++) {
                ByteBuf buffer = connection.inbound.bufferForRead();
                assertThat(buffer.writableBytes()).isEqualTo(4096);
                connection.inbound.read(buffer.writeZero(4096));
            }
        }
        assertThat(routed).isEmpty();
    }

    @Test
    void shouldDropWhatFollowsAConnectThatIsNotProved() {
        byte[] bytes = ascii("CONNECT wait\r\nPUB p 1\r\nx\r\n");
        try (Connection connection = new Connection(1, false)) {
            connection.read(bytes, 0, bytes.length);
            connection.inbound.end();
            connection.proved();
            connection.routeAll();
            connection.read(bytes, 0, bytes.length);
            connection.routeAll();
        }
        assertThat(routed).containsExactly("[CONNECT wait]");
    }

    /** Parsed or not, nothing that comes first but CONNECT gets anywhere. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PING",
                "ping",
                "PONG",
                "PUB p 1\r\nx",
                "HPUB p 12 13\r\nNATS/1.0\r\n\r\nx",
                "SUB p 1",
                "UNSUB 1",
                "INFO {}",
                "+OK",
                "-ERR x",
                "WHAT",
                " CONNECT {}",
                "PUB p 1000000\r\n",
                "\r\nCONNECT {}"
            })
    void shouldTakeNothingButConnectBeforeTheClientIsLetIn(String command) {
        byte[] bytes = ascii(command + "\r\nCONNECT {}\r\nPING\r\n");
        for (int cut = 1; cut <= bytes.length; cut++) {
            try (Connection connection = new Connection(2, false)) {
                connection.read(bytes, 0, cut);
                connection.routeAll();
                assertThat(connection.ends).as("at once").containsExactly("UNASKED");
                connection.read(bytes, cut, bytes.length);
                connection.readForeign(bytes, 0, bytes.length);
                connection.routeAll();
                assertThat(connection.ends).containsExactly("UNASKED");
            }
        }
        assertThat(routed).isEmpty();
    }

    @Test
    void shouldTakeWhatLooksLikeConnectAtFirstForWhatItIs() {
        for (String command : new String[] {"COFFEE\r\n", "CONN\r\n", "c\r\n"}) {
            byte[] bytes = ascii(command + "PING\r\n");
            for (int cut = 1; cut <= bytes.length; cut++) {
                try (Connection connection = new Connection(2, false)) {
                    connection.read(bytes, 0, cut);
                    connection.read(bytes, cut, bytes.length);
                    connection.routeAll();
                    assertThat(connection.ends).as(command).hasSize(1).doesNotContain("UNASKED");
                }
            }
        }
        assertThat(routed).isEmpty();
    }

    @Test
    void shouldTakeNoMoreThanAControlLineBeforeTheClientIsLetIn() {
        byte[] bytes = ascii("CONNECT {\"name\":\"" + "x".repeat(8192));
        for (int piece : new int[] {1, 100, 5000}) {
            try (Connection connection = new Connection(1, false)) {
                int at = 0;
                while (connection.ends.isEmpty()) {
                    at += connection.read(bytes, at, piece);
                }
                assertThat(at).isLessThan(4096 + "CONNECT ".length() + 2 + piece);
                assertThat(connection.ends).containsExactly("MAXIMUM_CONTROL_LINE");
            }
        }
        assertThat(routed).isEmpty();
    }

    // --- pieces

    /** Else each byte would cost a copy of all that came before it. */
    @Test
    void shouldNotCarryACommandThatComesByteByByteForEver() {
        int size = 20_000;
        try (Connection connection = new Connection(2)) {
            connection.readAll(("PUB slow " + size + "\r\n").getBytes(StandardCharsets.US_ASCII));
            int own = 0;
            for (int i = 0; i < size; i++) {
                ByteBuf buffer = connection.inbound.bufferForRead();
                own += buffer.capacity() < Stretch.BYTES ? 1 : 0;
                connection.inbound.read(buffer.writeByte('x'));
            }
            assertThat(own).as("reads into memory of the message's own").isGreaterThan(size - 50);
            connection.readAll("\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(routed).hasSize(3).endsWith("[PING]");
        }
    }

    /** What goes to very many is routed a little at a time, and all of it in the end. */
    @Test
    void shouldGiveOthersTheirTurnWhereAStretchTakesLong() {
        try (Connection connection = new Connection(4)) {
            Commands commands = new Commands();
            for (int i = 0; i < 1_000; i++) {
                commands.publish("p." + i, "x");
            }
            client.peer().fairness().routed(1_000, 100_000_000);
            assertThat(client.peer().fairness().takesTurns()).isTrue();
            byte[] bytes = commands.bytes();
            assertThat(connection.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
            assertThat(connection.starved).isTrue();
            ring.drain();
            assertThat(routed).hasSizeBetween(8, 200);
            connection.routeAll();
            assertThat(routed).isEqualTo(commands.trace);
        }
    }
}
