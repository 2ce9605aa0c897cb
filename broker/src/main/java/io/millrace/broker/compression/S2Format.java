package io.millrace.broker.compression;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The layout of a stream: chunks, the first of which is a stream identifier.
 *
 * <pre>
 * chunk                  type:1  length of body:3  body
 * body: identifier       "S2sTwO" or "sNaPpY"
 * body: compressed       checksum of content:4  length of content:varint  block
 * body: uncompressed     checksum of content:4  content
 * body: skippable        anything
 * </pre>
 *
 * <p>All numbers are little-endian.
 */
final class S2Format {
    static final int HEADER_BYTES = 4;
    static final int CHECKSUM_BYTES = 4;

    static final int COMPRESSED = 0x00;
    static final int UNCOMPRESSED = 0x01;
    static final int FIRST_SKIPPABLE = 0x80;
    static final int IDENTIFIER = 0xFF;

    static final byte[] S2 = "S2sTwO".getBytes(StandardCharsets.US_ASCII);
    static final byte[] SNAPPY = "sNaPpY".getBytes(StandardCharsets.US_ASCII);

    /** The most content of a chunk in a stream of S2. */
    static final int S2_BLOCK_BYTES = 4 * 1024 * 1024;

    /** The most content of a chunk in a stream of Snappy. */
    static final int SNAPPY_BLOCK_BYTES = 64 * 1024;

    private S2Format() {}

    /** The longest body of a compressed chunk; Snappy's own bound for what can't be compressed. */
    static int maxCompressedBytes(int content) {
        return CHECKSUM_BYTES + 32 + content + content / 6;
    }

    /** The checksum of content: CRC-32C, masked as the framing format wants it. */
    static int checksum(CRC32C crc, byte[] content, int from, int length) {
        crc.reset();
        crc.update(content, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xA282EAD8;
    }
}
