package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.Authenticator;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.RouterProxy;
import io.millrace.broker.ring.RoutingRing;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Deflater;

/**
 * Two clients by WebSocket on one I/O loop, without a network. What the router gets of them is
 * taken from its trace.
 */
class WebSocketReadsTest {
    private static final long SECOND = 1_000_000_000L;

    /** So much that the router gets them one by one, however fast it is. */
    private static final int PAYLOAD_BYTES = 40_000;

    private final List<String> routed = new ArrayList<>();
    private final ServerLog log = ServerLog.to((_, text) -> onLine(text), false, true);
    private final RouterFixture fixture = new RouterFixture(log);
    private final RoutingRing ring =
            new RoutingRing(
                    fixture.router, () -> {}, () -> {}, log, new StageRecorder(Stage.values()));
    private final EmbeddedChannel sender = new EmbeddedChannel();
    private final EmbeddedChannel bystander = new EmbeddedChannel();
    private final IoLoop loop =
            new IoLoop(
                    sender.eventLoop(),
                    new RouterProxy(ring, Integer.MAX_VALUE),
                    2,
                    new StageRecorder(Stage.values()));
    private final Authentication authentication =
            new Authentication(
                    new Authenticator(new OptionsBuilder().conclude(1).auth(), false), 1);

    private void onLine(String text) {
        int command = text.indexOf("<<- [PUB ");
        if (command >= 0) {
            routed.add(text.split(" ")[6]);
        }
    }

    private void open(EmbeddedChannel channel, int id) {
        ClientConnection connection =
                new ClientConnection(
                        channel,
                        Origin.ofWebSocket(new InetSocketAddress("127.0.0.1", id), ""),
                        WebSocketConnection.FRAMES_BYTES,
                        id,
                        loop,
                        fixture.router.globalAccount(),
                        new ChunkPool(),
                        () ->
                                new ConnectionLimits(
                                        4096,
                                        1024 * 1024,
                                        true,
                                        100 * SECOND,
                                        SECOND,
                                        60 * SECOND,
                                        SECOND,
                                        "1s",
                                        false),
                        authentication,
                        Credentials.NONE,
                        log);
        WebSocketConnection framed =
                new WebSocketConnection(
                        connection,
                        new WebSocketHandshake(true, false, false, false, "", Credentials.NONE));
        channel.pipeline().addLast(framed.writes(), framed.link());
        framed.begin(null);
        read(channel, "CONNECT {\"verbose\":false}\r\n");
    }

    /** A compressed message is read, and nothing else is done. */
    private static void read(EmbeddedChannel channel, String text) {
        byte[] plain = text.getBytes(StandardCharsets.ISO_8859_1);
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(plain);
        byte[] out = new byte[plain.length + 1000];
        int bytes = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH) - 4;
        deflater.end();
        ByteBuf frame = Unpooled.buffer();
        frame.writeByte(0xc2).writeByte(127).writeLong(bytes).writeBytes(out, 0, bytes);
        channel.pipeline().fireChannelRead(frame);
    }

    private static String publishes(List<String> subjects) {
        StringBuilder text = new StringBuilder();
        for (String subject : subjects) {
            text.append("PUB ").append(subject).append(' ').append(PAYLOAD_BYTES).append("\r\n");
            text.repeat("x", PAYLOAD_BYTES).append("\r\n");
        }
        return text.toString();
    }

    @AfterEach
    void close() {
        sender.finishAndReleaseAll();
        bystander.finishAndReleaseAll();
        authentication.close();
        loop.close();
        fixture.close();
    }

    @Test
    void shouldGiveOthersTheirTurnWhileMuchIsInflated() {
        open(sender, 1);
        open(bystander, 2);
        List<String> sent = IntStream.range(0, 100).mapToObj(i -> "s." + i).toList();

        read(sender, publishes(sent));
        read(bystander, publishes(List.of("b")));

        int before = Turn.BYTES / PAYLOAD_BYTES;
        assertThat(routed).startsWith(sent.getFirst()).endsWith("b").hasSize(before + 1);
        for (int turn = 0; routed.size() <= sent.size(); turn++) {
            assertThat(turn).as("turns").isLessThan(sent.size());
            sender.runScheduledPendingTasks();
        }
        routed.remove("b");
        assertThat(routed).isEqualTo(sent);
    }
}
