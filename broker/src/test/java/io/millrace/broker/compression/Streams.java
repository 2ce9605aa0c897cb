package io.millrace.broker.compression;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Puts streams together chunk by chunk, right or wrong, and reads them in pieces. */
final class Streams {
    static final byte[] S2 = chunk(0xFF, ascii("S2sTwO"));
    static final byte[] SNAPPY = chunk(0xFF, ascii("sNaPpY"));

    private Streams() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] chunk(int type, byte[] body) {
        int length = body.length;
        return join(bytes(type, length, length >>> 8, length >>> 16), body);
    }

    static byte[] uncompressed(byte[] content) {
        return chunk(0x01, join(checksum(content), content));
    }

    static byte[] compressed(byte[] content, byte[] block) {
        return chunk(0x00, join(checksum(content), varint(content.length), block));
    }

    static byte[] checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        long sum = crc.getValue();
        int masked = (int) ((sum >> 15 | sum << 17) + 0xA282EAD8L);
        return bytes(masked, masked >>> 8, masked >>> 16, masked >>> 24);
    }

    static byte[] varint(long value) {
        ByteArrayOutputStream digits = new ByteArrayOutputStream();
        long rest = value;
        for (; rest > 0x7F; rest >>>= 7) {
            digits.write((int) (rest | 0x80));
        }
        digits.write((int) rest);
        return digits.toByteArray();
    }

    /** What one decoder makes of the pieces of a stream. */
    static byte[] decode(byte[]... pieces) throws CorruptStreamException {
        return decode(new S2Decoder(S2Decoder.MAX_BLOCK_BYTES), pieces);
    }

    static byte[] decode(S2Decoder decoder, byte[]... pieces) throws CorruptStreamException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            ByteBuf in = Unpooled.wrappedBuffer(piece);
            for (ByteBuf block = decoder.next(in); block != null; block = decoder.next(in)) {
                byte[] part = new byte[block.readableBytes()];
                block.readBytes(part);
                content.writeBytes(part);
            }
            if (in.isReadable()) {
                throw new AssertionError(in.readableBytes() + " bytes are left over");
            }
        }
        return content.toByteArray();
    }
}
