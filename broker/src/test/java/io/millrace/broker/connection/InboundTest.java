package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.RouterProxy;
import io.millrace.broker.ring.RoutingRing;
import io.millrace.broker.routing.Client;
import io.millrace.broker.routing.ClientPeer;
import io.millrace.broker.routing.QueuePick;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.RouterLimits;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ServerInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Whatever the cuts, and however often no stretch is free: the router gets each command once, in
 * order, and whole. What it got is told by its own trace.
 */
class InboundTest {
    private static final int ROUNDS = 60;
    private static final int COMMANDS = 150;
    private static final int MAX_PAYLOAD = 1 << 20;

    private static final class NoPeer implements ClientPeer {
        @Override
        public void flush() {}

        @Override
        public void close(CloseReason reason) {}

        @Override
        public void stall() {}
    }

    /** A connection without a socket, whose loop has two stretches. */
    private static final class Feed implements Inbound.Listener {
        private final Random random;
        private final List<String> got = new ArrayList<>();
        private final Router router;
        private final Client client;
        private final RoutingRing ring;
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final IoLoop loop;
        private final Inbound inbound;
        private boolean starved;
        private int starvations;

        Feed(Random random) {
            this.random = random;
            ServerLog log =
                    ServerLog.to(
                            (level, text) -> {
                                if (text.contains("<<- ")) {
                                    got.add(text.substring(text.indexOf("<<- ")));
                                }
                            },
                            false,
                            true);
            ChunkPool chunks = new ChunkPool();
            router =
                    new Router(
                            new RouterLimits(-1, 0, 0, 1L << 40, 2, true),
                            new ServerInfo(
                                    "N", "n", "0", "0", "java", "::", 0, 1, false, false, List.of(),
                                    false),
                            chunks,
                            new QueuePick(1),
                            log,
                            0,
                            false);
            ring = new RoutingRing(router, () -> {}, log, routing());
            loop =
                    new IoLoop(
                            channel.eventLoop(),
                            new RouterProxy(ring, false),
                            2,
                            new StageRecorder(Stage.SOCKET_WRITE));
            client =
                    new Client(
                            1,
                            "127.0.0.1",
                            1,
                            router.globalAccount(),
                            new NoPeer(),
                            new OutboundQueue(chunks));
            CommandParser parser = new CommandParser(4096, MAX_PAYLOAD);
            parser.headers(true);
            inbound = new Inbound(loop, client, parser, this);
        }

        private static StageRecorder routing() {
            return new StageRecorder(Stage.READ_TO_ROUTE, Stage.ROUTE_TO_FLUSH);
        }

        @Override
        public boolean connect(byte[] json) {
            String text = new String(json, StandardCharsets.US_ASCII);
            loop.command(router -> got.add("<<- [CONNECT " + text + "]"));
            return true;
        }

        @Override
        public void error(CommandParser parser) {
            throw new AssertionError(parser.errorDetail());
        }

        @Override
        public void starved() {
            starved = true;
            starvations++;
        }

        /** One read of the socket: at most as many bytes as its buffer takes. */
        int read(byte[] bytes, int from, int most) {
            boolean foreign = random.nextInt(5) == 0;
            ByteBuf buffer =
                    foreign ? ByteBufAllocator.DEFAULT.directBuffer(most) : inbound.bufferForRead();
            int count = Math.min(most, buffer.writableBytes());
            buffer.writeBytes(bytes, from, count);
            inbound.read(buffer);
            return count;
        }

        void feed(byte[] bytes, int longestRead) {
            int at = 0;
            while (at < bytes.length || starved) {
                if (random.nextInt(3) == 0) {
                    ring.drain();
                }
                if (starved) {
                    starved = false;
                    inbound.resume();
                } else {
                    int most = Math.min(bytes.length - at, 1 + random.nextInt(longestRead));
                    at += read(bytes, at, most);
                }
            }
            ring.drain();
        }

        void close() {
            inbound.release();
            router.onClosed(client, CloseReason.CLIENT_CLOSED);
            router.close();
            loop.close();
            channel.close();
        }
    }

    @Test
    void shouldHandOverEveryCommandOnceAndInOrder() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        int starvations = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<String> expected = new ArrayList<>();
            StringBuilder input = new StringBuilder();
            for (int i = 0; i < COMMANDS; i++) {
                command(random, i, input, expected);
            }
            Feed feed = new Feed(random);
            feed.feed(
                    input.toString().getBytes(StandardCharsets.US_ASCII),
                    round % 2 == 0 ? 70_000 : 300);
            assertThat(feed.got).as("seed %d, round %d", seed, round).isEqualTo(expected);
            starvations += feed.starvations;
            feed.close();
        }
        assertThat(starvations).as("the test has starved its connections").isPositive();
    }

    private static void command(
            Random random, int number, StringBuilder input, List<String> expected) {
        switch (random.nextInt(8)) {
            case 0 -> {
                input.append("PING\r\n");
                expected.add("<<- [PING]");
            }
            case 1 -> {
                input.append("CONNECT {\"name\":\"").append(number).append("\"}\r\n");
                expected.add("<<- [CONNECT {\"name\":\"" + number + "\"}]");
            }
            case 2 -> {
                input.append("SUB some.subject ").append(number).append("\r\n");
                expected.add("<<- [SUB some.subject " + number + "]");
            }
            default -> {
                int size =
                        switch (random.nextInt(12)) {
                            case 0 -> Stretch.BYTES - 50 + random.nextInt(100);
                            case 1 -> random.nextInt(3 * Stretch.BYTES);
                            default -> random.nextInt(2000);
                        };
                String payload = payload(number, size);
                input.append("PUB s.").append(number).append(' ').append(size).append("\r\n");
                input.append(payload).append("\r\n");
                expected.add("<<- [PUB s." + number + " " + size + "]");
                if (size > 0) {
                    expected.add("<<- MSG_PAYLOAD: [\"" + payload + "\"]");
                }
            }
        }
    }

    private static String payload(int number, int size) {
        StringBuilder payload = new StringBuilder(size);
        for (int i = 0; i < size; i++) {
            payload.append((char) ('a' + (number + i * 7) % 26));
        }
        return payload.toString();
    }
}
