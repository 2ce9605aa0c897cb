package io.millrace.broker.compression;

import static io.millrace.broker.compression.S2Format.CHECKSUM_BYTES;
import static io.millrace.broker.compression.S2Format.HEADER_BYTES;

import io.netty.buffer.ByteBuf;

import java.util.zip.CRC32C;

/**
 * Writes streams of S2. Belongs to one I/O loop, and serves all its connections: nothing is kept
 * from one call to the next.
 *
 * <p>Each call writes a stream of its own, as the reference does with each flush, so the receiver
 * can read at once all that was given. Blocks hold 64 KiB at most and are of Snappy, which S2
 * includes: S2's repeats and larger blocks would make them a little smaller.
 */
public final class S2Encoder {
    private static final int BLOCK_BYTES = S2Format.SNAPPY_BLOCK_BYTES;

    private final CRC32C crc = new CRC32C();
    private final SnappyBlocks snappy = SnappyBlocks.make();
    private final byte[] content = new byte[BLOCK_BYTES];
    private final byte[] compressed = new byte[snappy.maxBytes(BLOCK_BYTES)];

    /**
     * The most that {@link #encode} writes for so many bytes.
     *
     * @throws ArithmeticException if it is more than 2 GiB
     */
    public static int maxEncodedBytes(int bytes) {
        int blocks = Math.ceilDiv(bytes, BLOCK_BYTES);
        int streamBytes = HEADER_BYTES + S2Format.S2.length;
        return Math.addExact(bytes, streamBytes + blocks * (HEADER_BYTES + CHECKSUM_BYTES));
    }

    /**
     * Writes a stream with all that can be read from a buffer; nothing for nothing.
     *
     * @param in is read to its end
     * @param out gets whole chunks, and room for them as needed
     */
    public void encode(S2Level level, ByteBuf in, ByteBuf out) {
        if (!in.isReadable()) {
            return;
        }
        out.ensureWritable(maxEncodedBytes(in.readableBytes()));
        begin(out);
        while (in.isReadable()) {
            int length = Math.min(in.readableBytes(), BLOCK_BYTES);
            in.readBytes(content, 0, length);
            encodeBlock(level, length, out);
        }
    }

    /** Writes the identifier that every stream begins with. */
    static void begin(ByteBuf out) {
        out.writeIntLE(header(S2Format.IDENTIFIER, S2Format.S2.length));
        out.writeBytes(S2Format.S2);
    }

    private void encodeBlock(S2Level level, int length, ByteBuf out) {
        byte[] body = content;
        int bodyLength = length;
        int type = S2Format.UNCOMPRESSED;
        if (level != S2Level.UNCOMPRESSED) {
            int shorter = snappy.compress(content, length, compressed);
            if (isWorthIt(shorter, length)) {
                body = compressed;
                bodyLength = shorter;
                type = S2Format.COMPRESSED;
            }
        }
        out.writeIntLE(header(type, CHECKSUM_BYTES + bodyLength));
        out.writeIntLE(S2Format.checksum(crc, content, 0, length));
        out.writeBytes(body, 0, bodyLength);
    }

    /** To save less than a 32nd isn't worth the work of the receiver; the reference's measure. */
    private static boolean isWorthIt(int compressedBytes, int bytes) {
        return compressedBytes < bytes - bytes / 32;
    }

    private static int header(int type, int bodyLength) {
        return type | bodyLength << Byte.SIZE;
    }
}
