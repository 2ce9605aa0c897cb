package io.millrace.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** What a subscriber gets for a PUB or HPUB, byte for byte. */
class MessageWriterTest {
    private static final int MAX_CONTROL_LINE = 32 * 1024 - 64;
    private static final int MAX_PAYLOAD = 1024 * 1024;
    private static final String HEADERS = "NATS/1.0\r\nA: b\r\n\r\n";

    private final MessageWriter writer = new MessageWriter();
    private final ChunkPool pool = new ChunkPool();
    private final OutboundQueue queue = new OutboundQueue(pool);
    private final Kernel kernel = new Kernel();
    private final SocketWriter socket =
            new SocketWriter(
                    new EmbeddedChannel(kernel),
                    queue,
                    () -> {},
                    new StageRecorder(Stage.values()));
    private final FrameBlock frames = new FrameBlock(1);

    /** Another subject to deliver under; null for that of the command. */
    private @Nullable Region under;

    /** Takes all bytes at once. */
    private static final class Kernel extends ChannelOutboundHandlerAdapter {
        final StringBuilder taken = new StringBuilder();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ByteBuf bytes = (ByteBuf) message;
            taken.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }
    }

    @AfterEach
    void giveBack() {
        queue.release();
        pool.close();
        frames.free();
    }

    /** Has one command delivered to one subscription. */
    private void deliver(String command, String sid, boolean headers) {
        byte[] bytes = command.getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBlock memory = NativeBlock.allocate(bytes.length)) {
            memory.region().put(0, bytes);
            CommandParser parser = new CommandParser(MAX_CONTROL_LINE, MAX_PAYLOAD);
            parser.headers(true);
            frames.reset(memory.region());
            parser.parse(frames.bytes(), 0, bytes.length, frames);
            assertThat(frames.count()).as(command).isEqualTo(1);
            assertThat(parser.consumed()).isEqualTo(bytes.length);
            Message message = new Message().of(frames.frame(0));
            if (under != null) {
                message.under(under, 0, under.length());
            }
            writer.write(queue, message, sid(sid), headers);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUB a.b r 2\r\nhi\r\n | MSG %s 1 r 2\r\nhi\r\n",
                "PUB  a.b\tr  2\r\nhi\r\n | MSG %s 1 r 2\r\nhi\r\n",
                "HPUB a.b r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"
                        + " | HMSG %s 1 r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"
            })
    void shouldDeliverUnderAnotherSubject(String example) {
        String[] parts = example.split(" \\| ");
        for (String subject : new String[] {"x", "tenant.a.b", "long.".repeat(1_000) + "b"}) {
            kernel.taken.setLength(0);
            byte[] other = subject.getBytes(StandardCharsets.US_ASCII);
            try (NativeBlock memory = NativeBlock.allocate(other.length)) {
                memory.region().put(0, other);
                under = memory.region();
                deliver(parts[0], "1", true);
                queue.publish(0);
                socket.flush();
            } finally {
                under = null;
            }
            assertThat(kernel.taken.toString()).isEqualTo(parts[1].formatted(subject));
        }
    }

    private static SidText sid(String sid) {
        return new SidText(sid.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What goes to the socket of all that was delivered since the last call. */
    private String sent() {
        queue.publish(0);
        socket.flush();
        String sent = kernel.taken.toString();
        kernel.taken.setLength(0);
        return sent;
    }

    private String sentFor(String command, String sid, boolean headers) {
        deliver(command, sid, headers);
        return sent();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDeliverPubAsMsg(boolean headers) {
        assertThat(sentFor("PUB a.b 5\r\nhello\r\n", "1", headers))
                .isEqualTo("MSG a.b 1 5\r\nhello\r\n");
        assertThat(sentFor("PUB a.b _INBOX.x 5\r\nhello\r\n", "1", headers))
                .isEqualTo("MSG a.b 1 _INBOX.x 5\r\nhello\r\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDeliverEmptyPayload(boolean headers) {
        assertThat(sentFor("PUB a 0\r\n\r\n", "12", headers)).isEqualTo("MSG a 12 0\r\n\r\n");
        assertThat(sentFor("PUB a r 0\r\n\r\n", "12", headers)).isEqualTo("MSG a 12 r 0\r\n\r\n");
    }

    @Test
    void shouldDeliverHpubAsHmsgToClientWithHeaders() {
        assertThat(sentFor("HPUB a 18 20\r\n" + HEADERS + "hi\r\n", "1", true))
                .isEqualTo("HMSG a 1 18 20\r\n" + HEADERS + "hi\r\n");
        assertThat(sentFor("HPUB a r 18 20\r\n" + HEADERS + "hi\r\n", "1", true))
                .isEqualTo("HMSG a 1 r 18 20\r\n" + HEADERS + "hi\r\n");
        assertThat(sentFor("HPUB a r 18 18\r\n" + HEADERS + "\r\n", "1", true))
                .isEqualTo("HMSG a 1 r 18 18\r\n" + HEADERS + "\r\n");
    }

    @Test
    void shouldStripHeadersForClientWithoutHeaders() {
        assertThat(sentFor("HPUB a 18 20\r\n" + HEADERS + "hi\r\n", "1", false))
                .isEqualTo("MSG a 1 2\r\nhi\r\n");
        assertThat(sentFor("HPUB a r 18 20\r\n" + HEADERS + "hi\r\n", "1", false))
                .isEqualTo("MSG a 1 r 2\r\nhi\r\n");
        assertThat(sentFor("HPUB a r 18 18\r\n" + HEADERS + "\r\n", "1", false))
                .isEqualTo("MSG a 1 r 0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDeliverHpubWithoutHeadersAsMsg(boolean headers) {
        assertThat(sentFor("HPUB a 0 2\r\nhi\r\n", "1", headers)).isEqualTo("MSG a 1 2\r\nhi\r\n");
        assertThat(sentFor("HPUB a r 0 2\r\nhi\r\n", "1", headers))
                .isEqualTo("MSG a 1 r 2\r\nhi\r\n");
    }

    @Test
    void shouldWriteSingleBlanksAndPlainNumbersWhateverTheClientSent() {
        assertThat(sentFor("pub\ta   r \t 005 \nhello\r\n", "1", true))
                .isEqualTo("MSG a 1 r 5\r\nhello\r\n");
        assertThat(sentFor("hpub a  r  018\t020\nNATS/1.0\r\nA: b\r\n\r\nhi\r\n", "1", true))
                .isEqualTo("HMSG a 1 r 18 20\r\n" + HEADERS + "hi\r\n");
        assertThat(sentFor("hpub a  r  018\t020\nNATS/1.0\r\nA: b\r\n\r\nhi\r\n", "1", false))
                .isEqualTo("MSG a 1 r 2\r\nhi\r\n");
    }

    @Test
    void shouldWriteSidsOfAnyLength() {
        String digits = "98765432109876543210";
        for (int length = 1; length <= digits.length(); length++) {
            String sid = digits.substring(0, length);
            assertThat(sentFor("PUB a r 2\r\nhi\r\n", sid, false))
                    .isEqualTo("MSG a " + sid + " r 2\r\nhi\r\n");
            assertThat(sentFor("HPUB a 18 18\r\n" + HEADERS + "\r\n", sid, true))
                    .isEqualTo("HMSG a " + sid + " 18 18\r\n" + HEADERS + "\r\n");
            assertThat(sentFor("PUB a  2\r\nhi\r\n", sid, true))
                    .isEqualTo("MSG a " + sid + " 2\r\nhi\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "007", "a.b*>", "\u00FC\u0000\u00FF", "{\"sid\":1}"})
    void shouldWriteOddSidsAsTheyAre(String sid) {
        assertThat(sid(sid).sid()).isEqualTo(sid.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(sentFor("PUB a 2\r\nhi\r\n", sid, false))
                .isEqualTo("MSG a " + sid + " 2\r\nhi\r\n");
    }

    @Test
    void shouldSplitPayloadsOverChunks() {
        int[] sizes = {
            ChunkPool.SMALL_BYTES, ChunkPool.LARGE_BYTES, 2 * ChunkPool.LARGE_BYTES, MAX_PAYLOAD
        };
        for (int size : sizes) {
            for (int less = 0; less < Math.min(size, 48); less++) {
                String payload = payload(new Random(less), size - less);
                assertThat(sentFor("PUB a " + (size - less) + "\r\n" + payload + "\r\n", "1", true))
                        .as("payload of %d - %d", size, less)
                        .isEqualTo("MSG a 1 " + (size - less) + "\r\n" + payload + "\r\n");
            }
        }
    }

    /** With a raised max_control_line only. */
    @Test
    void shouldWriteSubjectsLongerThanAChunk() {
        for (int length = ChunkPool.SMALL_BYTES - 30;
                length <= 30_000;
                length += 1 + length / 400) {
            String subject = "s".repeat(length);
            assertThat(sentFor("PUB " + subject + " 2\r\nhi\r\n", "123456789", false))
                    .isEqualTo("MSG " + subject + " 123456789 2\r\nhi\r\n");
            assertThat(sentFor("HPUB " + subject + " 18 18\r\n" + HEADERS + "\r\n", "1", true))
                    .isEqualTo("HMSG " + subject + " 1 18 18\r\n" + HEADERS + "\r\n");
        }
    }

    @Test
    void shouldTellRequesterThatNobodyListens() {
        byte[] reply = "_INBOX.1".getBytes(StandardCharsets.ISO_8859_1);
        byte[] subject = "help".getBytes(StandardCharsets.ISO_8859_1);
        writer.writeNoResponders(queue, reply, subject, sid("42"));
        assertThat(sent())
                .isEqualTo(
                        "HMSG _INBOX.1 42 36 36\r\n"
                                + "NATS/1.0 503\r\nNats-Subject: help\r\n\r\n\r\n");
    }

    /** Many messages in a row, so that chunks end anywhere in them. */
    @Test
    void shouldAgreeWithNaiveWriter() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        int written = 0;
        for (int stretch = 0; stretch < 3_000; stretch++) {
            StringBuilder expected = new StringBuilder();
            for (int messages = 1 + random.nextInt(40); messages > 0; messages--) {
                expected.append(deliverAnything(random));
                written++;
            }
            String sent = sent();
            int different = Arrays.mismatch(sent.toCharArray(), expected.toString().toCharArray());
            if (different >= 0) {
                int from = Math.max(0, different - 50);
                assertThat(excerpt(sent, from))
                        .as("message %d or so; replay with -Dmillrace.seed=%d", written, seed)
                        .isEqualTo(excerpt(expected.toString(), from));
            }
        }
    }

    private static String excerpt(String text, int from) {
        return text.length()
                + " bytes: "
                + text.substring(from, Math.min(from + 100, text.length()));
    }

    /** Delivers some message, and says what the client should get. */
    private String deliverAnything(Random random) {
        String subject = "a.".repeat(random.nextInt(random.nextInt(50) == 0 ? 3000 : 20)) + "z";
        String reply = random.nextBoolean() ? "" : "r".repeat(1 + random.nextInt(30));
        String sid = Long.toString(random.nextLong() >>> random.nextInt(64), 36);
        boolean understandsHeaders = random.nextBoolean();
        String headers = random.nextBoolean() ? "" : HEADERS + payload(random, random.nextInt(90));
        String payload = payload(random, payloadSize(random));
        boolean hpub = !headers.isEmpty() || random.nextInt(8) == 0;
        int size = headers.length() + payload.length();
        String blank = random.nextInt(6) == 0 ? " \t" : " ";
        String command =
                (hpub ? "HPUB " : "PUB ")
                        + subject
                        + (reply.isEmpty() ? "" : blank + reply)
                        + (hpub ? blank + headers.length() : "")
                        + blank
                        + size
                        + "\r\n"
                        + headers
                        + payload
                        + "\r\n";
        deliver(command, sid, understandsHeaders);
        String to = subject + " " + sid + (reply.isEmpty() ? " " : " " + reply + " ");
        return understandsHeaders && !headers.isEmpty()
                ? "HMSG " + to + headers.length() + " " + size + "\r\n" + headers + payload + "\r\n"
                : "MSG " + to + payload.length() + "\r\n" + payload + "\r\n";
    }

    private static int payloadSize(Random random) {
        return switch (random.nextInt(100)) {
            case 0 -> random.nextInt(200_000);
            case 1, 2, 3 -> random.nextInt(5_000);
            case 4, 5, 6 -> 0;
            default -> random.nextInt(200);
        };
    }

    private static String payload(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
