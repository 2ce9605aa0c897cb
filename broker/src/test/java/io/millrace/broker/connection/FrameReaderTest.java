package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;

class FrameReaderTest {
    private static final int SEEDS = 2_000;

    private final StringBuilder found = new StringBuilder();

    /** Reads all there is; what is found, one line each: {@code data|control opcode|problem}. */
    private void read(FrameReader reader, ByteBuf in) {
        while (true) {
            switch (reader.next(in)) {
                case NOTHING -> {
                    assertThat(in.isReadable()).isFalse();
                    return;
                }
                case DATA -> {
                    ByteBuf piece = reader.data(in);
                    found.append(piece.toString(StandardCharsets.ISO_8859_1));
                    if (reader.isCompressed()) {
                        found.append("~");
                    }
                    if (reader.endsMessage()) {
                        found.append(".");
                    }
                    piece.release();
                }
                case CONTROL ->
                        found.append("<")
                                .append(reader.opcode())
                                .append(":")
                                .append(new String(reader.control(), StandardCharsets.ISO_8859_1))
                                .append(">");
                case PROBLEM -> {
                    found.append("!").append(reader.problem());
                    return;
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The RFC's examples.
                "8185 37fa213d 7f9f4d5158 | Hello.",
                "0183 00000000 48656c 8082 00000000 6c6f | HelloHello",
                "8985 37fa213d 7f9f4d5158 | <9:Hello>",
                "8280 00000000 | .",
                "c281 00000000 41 | A~.",
                "0280 00000000 8980 00000000 8080 00000000 | <9:>.",
                "82fe 0001 00000000 41 | A.",
                "82ff 0000000000000001 00000000 41 | A.",
                "8201 41 | !mask bit missing",
                "8b80 | ''"
            })
    void shouldReadFrames(String hex, String expected) {
        String text = expected.equals("HelloHello") ? "Hello." : expected.replace("''", "");
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        read(new FrameReader(true, true), Unpooled.wrappedBuffer(bytes));
        assertThat(found.toString()).isEqualTo(text.strip());
    }

    @Test
    void shouldTakeUpNothingForWhatAFramePromises() {
        byte[] promise = HexFormat.of().parseHex("82ff7fffffffffffffff00000000");
        FrameReader reader = new FrameReader(true, false);
        read(reader, Unpooled.wrappedBuffer(promise));
        read(reader, Unpooled.wrappedBuffer(new byte[] {'a', 'b'}));
        assertThat(found.toString()).isEqualTo("ab");
    }

    /** However bytes are put into frames, and frames into pieces: what is read are the bytes. */
    @Test
    void shouldReadTheSameHoweverItIsCut() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            found.setLength(0);
            StringBuilder plain = new StringBuilder();
            ByteBuf frames = Unpooled.buffer();
            int messages = 1 + random.nextInt(4);
            for (int i = 0; i < messages; i++) {
                message(random, frames, plain);
            }
            FrameReader reader = new FrameReader(false, false);
            while (frames.isReadable()) {
                int piece = 1 + random.nextInt(Math.min(200, frames.readableBytes()));
                read(reader, frames.readSlice(piece));
            }
            assertThat(found.toString()).as("seed %s", seed).isEqualTo(plain.toString());
        }
    }

    private static void message(Random random, ByteBuf out, StringBuilder plain) {
        int parts = 1 + random.nextInt(3);
        for (int part = 0; part < parts; part++) {
            boolean last = part == parts - 1;
            byte[] payload = new byte[random.nextInt(random.nextInt(10) == 0 ? 70_000 : 300)];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = (byte) ('a' + random.nextInt(26));
            }
            int opcode = part == 0 ? FrameReader.BINARY : FrameReader.CONTINUATION;
            frame(random, out, opcode | (last ? FrameReader.FINAL_BIT : 0), payload);
            plain.append(new String(payload, StandardCharsets.ISO_8859_1));
        }
        plain.append(".");
        if (random.nextInt(3) == 0) {
            frame(random, out, FrameReader.FINAL_BIT | FrameReader.PING, new byte[] {'p'});
            plain.append("<9:p>");
        }
    }

    private static void frame(Random random, ByteBuf out, int first, byte[] payload) {
        boolean masked = random.nextBoolean();
        int bit = masked ? FrameReader.MASK_BIT : 0;
        out.writeByte(first);
        if (payload.length < 126) {
            out.writeByte(bit | payload.length);
        } else if (payload.length < 65_536) {
            out.writeByte(bit | 126).writeShort(payload.length);
        } else {
            out.writeByte(bit | 127).writeLong(payload.length);
        }
        byte[] mask = new byte[4];
        if (masked) {
            random.nextBytes(mask);
            out.writeBytes(mask);
        }
        for (int i = 0; i < payload.length; i++) {
            out.writeByte(payload[i] ^ mask[i & 3]);
        }
    }
}
