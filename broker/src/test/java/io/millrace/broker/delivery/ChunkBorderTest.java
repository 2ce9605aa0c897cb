package io.millrace.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.ledger.Debt;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.Frame;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.Region;
import io.millrace.protocol.RouteParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Messages of every size around the ends of chunks: the bytes that are expected, and none outside.
 * Behind each chunk stand bytes that nobody may change.
 */
class ChunkBorderTest {
    private static final int MARGIN = 64;
    private static final byte UNTOUCHED = 0x5A;
    private static final int MAX_LINE = 128 * 1024;
    private static final String HEADERS = "NATS/1.0\r\n\r\n";

    private final ChunkPool pool = new ChunkPool();
    private final OutboundQueue queue = new OutboundQueue(pool);
    private final MessageWriter writer = new MessageWriter();
    private final FrameBlock frames = new FrameBlock(1);
    private final List<Chunk> chunks = new ArrayList<>();

    @AfterEach
    void giveBack() {
        queue.release();
        pool.close();
        writer.close();
        frames.free();
    }

    /** Has the pool give out chunks with a margin from here on. */
    private void stock() {
        for (int i = 0; i < 3; i++) {
            give(ChunkPool.SMALL_BYTES);
            give(ChunkPool.LARGE_BYTES);
            give(ChunkPool.LONG_BYTES);
        }
    }

    private void give(int capacity) {
        int bytes = capacity + Chunk.SLACK;
        ByteBuf buffer = Unpooled.directBuffer(bytes + MARGIN);
        for (int i = 0; i < MARGIN; i++) {
            buffer.setByte(bytes + i, UNTOUCHED);
        }
        Chunk chunk = new Chunk(buffer, capacity);
        pool.ledger().add(Debt.OUTBOUND, chunk.bytes());
        chunks.add(chunk);
        pool.giveBack(chunk);
    }

    private void checkMargins(String what) {
        for (Chunk chunk : chunks) {
            for (int i = 0; i < MARGIN; i++) {
                if (chunk.buffer.getByte(chunk.bytes() + i) != UNTOUCHED) {
                    throw new AssertionError("wrote behind a chunk: " + what);
                }
            }
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private interface Writing {
        void write(Frame frame);
    }

    /** Has one command written. */
    private void write(ProtocolParser parser, String command, Writing writing) {
        byte[] bytes = ascii(command);
        try (NativeBlock memory = NativeBlock.allocate(bytes.length)) {
            Region region = memory.region();
            region.put(0, bytes);
            frames.reset(region);
            parser.parse(region, 0, bytes.length, frames);
            if (frames.count() != 1 || parser.consumed() != bytes.length) {
                throw new AssertionError("no command: " + command.length());
            }
            writing.write(frames.frame(0));
        }
    }

    private static CommandParser parser() {
        CommandParser parser = new CommandParser(MAX_LINE, MAX_LINE);
        parser.headers(true);
        return parser;
    }

    /** So many bytes of a message are behind what the chunk holds already. */
    private void checkMessage(
            int before, int subject, int sid, int reply, int payload, int kind, boolean routed) {
        String what =
                "%d before, subject %d, sid %d, reply %d, payload %d, kind %d, %s"
                        .formatted(before, subject, sid, reply, payload, kind, routed);
        byte[] start = new byte[before];
        Arrays.fill(start, (byte) '-');
        queue.append(start);
        String s = "s".repeat(subject);
        String id = "7".repeat(sid);
        String to = reply == 0 ? "" : "r".repeat(reply) + " ";
        String body = "p".repeat(payload);
        boolean hpub = kind > 0;
        boolean shown = kind == 1;
        // Of another kind, headers that the receiver doesn't see; of yet another, odd blanks.
        String blank = kind == 3 ? "  " : " ";
        String command =
                (hpub ? "HPUB " : "PUB ")
                        + s
                        + blank
                        + to
                        + (hpub ? HEADERS.length() + " " : "")
                        + (payload + (hpub ? HEADERS.length() : 0))
                        + (kind == 3 ? "\n" : "\r\n")
                        + (hpub ? HEADERS : "")
                        + body
                        + "\r\n";
        boolean understands = kind != 2;
        shown |= kind == 3;
        String size =
                (shown ? HEADERS.length() + " " : "")
                        + (payload + (shown ? HEADERS.length() : 0))
                        + "\r\n"
                        + (shown ? HEADERS : "")
                        + body
                        + "\r\n";
        String expected;
        if (routed) {
            write(
                    parser(),
                    command,
                    frame ->
                            writer.writeRouted(
                                    queue,
                                    ascii("A "),
                                    new Message().of(frame),
                                    new byte[][] {ascii("q")},
                                    kind == 3 ? 1 : 0,
                                    understands));
            expected =
                    (shown ? "HMSG " : "RMSG ")
                            + "A "
                            + s
                            + " "
                            + (kind < 3 ? to : (reply == 0 ? "| " : "+ " + to) + "q ")
                            + size;
        } else {
            write(
                    parser(),
                    command,
                    frame ->
                            writer.write(
                                    queue,
                                    new Message().of(frame),
                                    new SidText(ascii(id)),
                                    understands));
            expected = (shown ? "HMSG " : "MSG ") + s + " " + id + " " + to + size;
        }
        queue.publish(0);
        byte[] sent = OutboundBytes.take(queue);
        byte[] all = Arrays.copyOf(start, before + expected.length());
        System.arraycopy(ascii(expected), 0, all, before, expected.length());
        if (!Arrays.equals(sent, all)) {
            assertThat(new String(sent, StandardCharsets.ISO_8859_1))
                    .as(what)
                    .isEqualTo(new String(all, StandardCharsets.ISO_8859_1));
        }
        checkMargins(what);
    }

    /** The message ends at, before or behind the end of the chunk, by any of its parts. */
    @Test
    void shouldWriteMessagesOfEverySizeAroundTheEndsOfChunks() {
        stock();
        for (int capacity : new int[] {ChunkPool.SMALL_BYTES, ChunkPool.LARGE_BYTES}) {
            for (int kind = 0; kind < 4; kind++) {
                boolean routed = kind % 2 == 1;
                for (int off = -48; off <= 24; off++) {
                    int rest = capacity + off;
                    checkMessage(0, 3, 1, 0, rest - 40, kind, routed);
                    checkMessage(0, 3, 1, 5, rest - 40, kind, !routed);
                    checkMessage(0, rest - 40, 2, 0, 1, kind, routed);
                    checkMessage(0, rest - 40, 9, 3, 9, kind, !routed);
                    checkMessage(0, 3, rest - 40, 0, 1, kind, false);
                    checkMessage(0, 3, 2, rest - 40, 1, kind, routed);
                    checkMessage(rest - 24, 3, 1 + (off & 7), off & 3, off & 15, kind, false);
                    checkMessage(rest - 24, 3, 1, off & 3, off & 15, kind, true);
                }
            }
        }
    }

    /** Where the small words end that are written as a whole. */
    @Test
    void shouldWriteSmallPartsOfEverySizeAtTheVeryEnd() {
        stock();
        for (int subject = 1; subject <= 18; subject++) {
            for (int sid = 1; sid <= 10; sid++) {
                for (int payload = 0; payload <= 3; payload++) {
                    int length = "MSG   0\r\n\r\n".length() + subject + sid + payload;
                    for (int left = 0; left <= 2; left++) {
                        int before = ChunkPool.SMALL_BYTES - length - left;
                        checkMessage(before, subject, sid, 0, payload, 0, false);
                    }
                }
            }
        }
    }

    @Test
    void shouldWriteWhatRoutesSendAround() {
        stock();
        for (int off = -40; off <= 10; off++) {
            String payload = "p".repeat(ChunkPool.SMALL_BYTES + off);
            write(
                    new RouteParser(MAX_LINE, MAX_LINE),
                    "RMSG A s | q1 q2 " + payload.length() + "\r\n" + payload + "\r\n",
                    frame ->
                            writer.write(
                                    queue,
                                    new Message().of(frame),
                                    new SidText(ascii("12")),
                                    true));
            queue.publish(0);
            assertThat(new String(OutboundBytes.take(queue), StandardCharsets.ISO_8859_1))
                    .isEqualTo("MSG s 12 " + payload.length() + "\r\n" + payload + "\r\n");
            checkMargins("routed, " + off);
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndKeepWhatThereIs() {
        stock();
        queue.append(ascii("kept"));
        Chunk chunk = queue.reserve(1);
        int written = chunk.written;
        Region region = chunk.region;
        for (int length : new int[] {region.length() + 1, Integer.MAX_VALUE, -1}) {
            assertThatThrownBy(() -> queue.commit(length))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> region.copy(0, region, written, length))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> new Chunk(Unpooled.directBuffer(7, 7), 0))
                .isInstanceOf(IllegalArgumentException.class);
        try (NativeBlock memory = NativeBlock.allocate(10)) {
            Region from = memory.region();
            assertThatThrownBy(() -> queue.append(from, 1, 10))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        queue.publish(0);
        assertThat(OutboundBytes.take(queue)).isEqualTo(ascii("kept"));
        checkMargins("refused");
    }
}
