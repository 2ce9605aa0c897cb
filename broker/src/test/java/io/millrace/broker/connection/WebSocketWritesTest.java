package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

class WebSocketWritesTest {
    private final Inflaters inflaters = new Inflaters();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final WebSocketWrites writes = writes(false, false);

    private WebSocketWrites writes(boolean compressed, boolean browser) {
        return new WebSocketWrites(
                inflaters,
                new WebSocketHandshake(compressed, true, browser, false, "", Credentials.NONE),
                false);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        inflaters.close();
    }

    private void use(WebSocketWrites used) {
        channel.pipeline().addLast(used);
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private String sent() {
        StringBuilder all = new StringBuilder();
        ByteBuf some = channel.readOutbound();
        while (some != null) {
            all.append(some.toString(StandardCharsets.ISO_8859_1));
            some.release();
            some = channel.readOutbound();
        }
        return all.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void writable(boolean now) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        buffer.setUserDefinedWritability(1, now);
        channel.runPendingTasks();
    }

    @Test
    void shouldPutWhatIsFlushedAtOnceIntoOneFrame() {
        use(writes);
        channel.write(text("abc"));
        channel.write(text("de"));
        assertThat(sent()).isEmpty();
        channel.flush();
        channel.flush();
        assertThat(sent()).isEqualTo("\u0082\u0005abcde");
        channel.writeOneOutbound(text("f".repeat(200)));
        channel.flushOutbound();
        assertThat(sent()).isEqualTo("\u0082\u007e\u0000\u00c8" + "f".repeat(200));
    }

    /** What a client sends, read as a server does. */
    private String unmasked() {
        ByteBuf in = Unpooled.copiedBuffer(sent(), StandardCharsets.ISO_8859_1);
        FrameReader reader = new FrameReader(true, false);
        StringBuilder all = new StringBuilder();
        FrameReader.Found found = reader.next(in);
        while (found != FrameReader.Found.NOTHING) {
            if (found == FrameReader.Found.DATA) {
                ByteBuf piece = reader.data(in);
                all.append(piece.toString(StandardCharsets.ISO_8859_1));
                all.append(reader.endsMessage() ? "." : "");
                piece.release();
            } else {
                all.append(found).append(reader.problem());
                all.append(new String(reader.control(), StandardCharsets.ISO_8859_1));
            }
            found = reader.next(in);
        }
        in.release();
        return all.toString();
    }

    @Test
    void shouldMaskWhatAClientSays() {
        WebSocketHandshake agreed =
                new WebSocketHandshake(false, true, false, false, "", Credentials.NONE);
        WebSocketWrites client = new WebSocketWrites(inflaters, agreed, true);
        use(client);
        channel.write(text("abc"));
        channel.write(text("defghijklmnopqrst"));
        channel.write(text("u".repeat(70_000)));
        channel.flush();
        channel.writeOneOutbound(text("v".repeat(300)));
        channel.flushOutbound();
        client.pong(bytes("w"));
        client.flushPongs();
        assertThat(unmasked())
                .isEqualTo(
                        "abcdefghijklmnopqrst"
                                + "u".repeat(70_000)
                                + "."
                                + "v".repeat(300)
                                + ".CONTROLw");
    }

    @Test
    void shouldMaskEachFrameAnew() {
        WebSocketHandshake agreed =
                new WebSocketHandshake(false, true, false, false, "", Credentials.NONE);
        use(new WebSocketWrites(inflaters, agreed, true));
        Set<String> frames = new HashSet<>();
        // More than keys are drawn at once.
        for (int i = 0; i < 100; i++) {
            channel.writeOneOutbound(text("abcdefgh"));
            channel.flushOutbound();
            frames.add(sent());
        }
        assertThat(frames).hasSize(100).noneMatch(frame -> frame.contains("abcd"));
    }

    @Test
    void shouldSendWhatItGetsWithoutACopy() {
        use(writes);
        ByteBuf given = text("abc");
        channel.writeAndFlush(given);
        ((ByteBuf) channel.readOutbound()).release();
        ByteBuf passed = channel.readOutbound();
        assertThat(passed).isSameAs(given);
        given.release();
    }

    @Test
    void shouldCutFramesForBrowsersAcrossBuffers() {
        use(writes(false, true));
        channel.write(text("a".repeat(3000)));
        channel.write(text("b".repeat(3000)));
        channel.flush();
        assertThat(sent())
                .isEqualTo(
                        "\u0082\u007e\u0010\u0000"
                                + "a".repeat(3000)
                                + "b".repeat(1096)
                                + "\u0082\u007e\u0007\u0070"
                                + "b".repeat(1904));
    }

    /** The socket writer takes a buffer that nobody holds for one that was sent. */
    @Test
    void shouldHoldWhatItCompressesUntilThatIsTaken() {
        use(writes(true, false));
        List<ByteBuf> given = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            given.add(text("x".repeat(10_000)).retain());
            channel.write(given.getLast());
        }
        channel.flush();
        assertThat(sent()).startsWith("\u00c2").hasSizeLessThan(200);
        channel.runPendingTasks();
        assertThat(given).allMatch(each -> each.refCnt() == 1);
        given.forEach(ByteBuf::release);
    }

    @Test
    void shouldOweTheLastPongOnlyToWhoDoesNotRead() {
        use(writes);
        writes.pong(bytes("1"));
        writes.flushPongs();
        assertThat(sent()).isEqualTo("\u008a\u00011");
        writable(false);
        for (String payload : new String[] {"2", "3", "4"}) {
            writes.pong(bytes(payload));
            writes.flushPongs();
        }
        assertThat(sent()).isEmpty();
        writable(true);
        assertThat(sent()).isEqualTo("\u008a\u00014");
    }

    @Test
    void shouldSayWhyItCloses() {
        use(writes);
        channel.write(text("last"));
        writes.closeWith(WebSocketClose.of(CloseReason.SERVER_SHUTDOWN));
        writes.closeWith(WebSocketClose.of(CloseReason.CLIENT_CLOSED));
        channel.close();
        writes.pong(bytes("late"));
        assertThat(sent()).isEqualTo("\u0082\u0004last\u0088\u0011\u0003\u00e9Server Shutdown");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldCutTooManyWords() {
        assertThat(WebSocketClose.of(1002, "x".repeat(200))).hasSize(125).endsWith(bytes("x..."));
    }
}
