package io.millrace.broker.compression;

import static io.millrace.broker.compression.S2Format.CHECKSUM_BYTES;
import static io.millrace.broker.compression.S2Format.HEADER_BYTES;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads a stream of S2 or Snappy, however it is cut into buffers. Belongs to one connection, and to
 * its I/O loop.
 *
 * <p>It gives out one block at a time, checked, so the caller decides how much of what a peer has
 * compressed comes to be at once. It holds the unfinished chunk, as far as it has come, and one
 * block, unless that is shared with others: 9 MiB of heap at most if blocks of 4 MiB are taken, and
 * little while the peer sends little.
 *
 * <p>Streams may follow each other, as in the reference, which begins one with each flush. Padding,
 * indexes and other chunks that the format lets a reader skip are skipped.
 */
public final class S2Decoder {
    /** The largest block there is, in bytes. */
    public static final int MAX_BLOCK_BYTES = S2Format.S2_BLOCK_BYTES;

    /** What is kept for the next chunk of a peer that has sent a large one. */
    private static final int KEPT_CHUNK_BYTES = 256 * 1024;

    /** What is being read. */
    private enum Part {
        HEADER,
        IDENTIFIER,
        COMPRESSED,
        UNCOMPRESSED,
        SKIPPABLE,
        /** Nothing any more. */
        DAMAGED
    }

    private final CRC32C crc = new CRC32C();
    private final Workspace chunk = new Workspace();
    private final Workspace block;
    private Part part = Part.HEADER;

    /** Bytes of the part. */
    private int length = HEADER_BYTES;

    /** How many of them have come. */
    private int came;

    /** As much of a chunk's header as has come. */
    private int header;

    /** The limit of the caller. */
    private int callersBlockBytes;

    /** The limit of the stream; 0 before its identifier. */
    private int streamsBlockBytes;

    /**
     * Makes one at the beginning of a stream.
     *
     * @param maxBlockBytes see {@link #maxBlockBytes}
     */
    public S2Decoder(int maxBlockBytes) {
        this(maxBlockBytes, new Workspace());
    }

    /**
     * Makes one at the beginning of a stream.
     *
     * @param maxBlockBytes see {@link #maxBlockBytes}
     * @param block where blocks come to be; may be shared by those of which one at a time holds a
     *     block
     */
    public S2Decoder(int maxBlockBytes, Workspace block) {
        this.block = block;
        maxBlockBytes(maxBlockBytes);
    }

    /** Bytes it holds of a chunk that hasn't come whole. */
    public int heldBytes() {
        return chunk.bytes().length;
    }

    /**
     * Takes blocks of up to this size from now on: the less a peer is trusted, the less memory it
     * may make us use.
     *
     * @param bytes 1 to {@link #MAX_BLOCK_BYTES}
     * @throws IllegalArgumentException if it is none of these
     */
    public void maxBlockBytes(int bytes) {
        if (bytes < 1 || bytes > MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException("blocks of up to " + bytes + " bytes");
        }
        callersBlockBytes = bytes;
    }

    /**
     * Reads on to the end of the next block that isn't empty. After it, {@code in} may hold more.
     *
     * @param in is read up to the end of the block, or to its own end
     * @return what the block holds, there until the next call and not to be released by the caller;
     *     null if {@code in} ended before the block did
     * @throws CorruptStreamException if this is no stream, or a damaged one, or a block is larger
     *     than allowed; and at each call after that
     */
    public @Nullable ByteBuf next(ByteBuf in) throws CorruptStreamException {
        try {
            while (read(in)) {
                ByteBuf content = finish();
                if (content != null && content.isReadable()) {
                    return content;
                }
            }
            if (part == Part.HEADER) {
                chunk.shrinkTo(KEPT_CHUNK_BYTES);
            }
            return null;
        } catch (CorruptStreamException e) {
            part = Part.DAMAGED;
            throw e;
        }
    }

    private void begin(Part next, int bytes) {
        part = next;
        length = bytes;
        came = 0;
    }

    /** Whether the part is there. */
    private boolean read(ByteBuf in) throws CorruptStreamException {
        switch (part) {
            case HEADER -> readHeader(in);
            case IDENTIFIER, COMPRESSED, UNCOMPRESSED -> readChunk(in);
            case SKIPPABLE -> skip(in);
            case DAMAGED -> throw new CorruptStreamException("the stream was damaged before");
        }
        return came == length;
    }

    private void readHeader(ByteBuf in) {
        for (; came < length && in.isReadable(); came++) {
            header = header >>> Byte.SIZE | in.readByte() << 3 * Byte.SIZE;
        }
    }

    private void readChunk(ByteBuf in) {
        int piece = Math.min(length - came, in.readableBytes());
        if (came == 0) {
            chunk.begin(piece);
        } else {
            chunk.grow(came, came + piece);
        }
        in.readBytes(chunk.bytes(), came, piece);
        came += piece;
    }

    private void skip(ByteBuf in) {
        int piece = Math.min(length - came, in.readableBytes());
        in.skipBytes(piece);
        came += piece;
    }

    /** Takes the part that is there, and begins the next one; gives the content, if it had some. */
    private @Nullable ByteBuf finish() throws CorruptStreamException {
        Part there = part;
        if (there == Part.HEADER) {
            finishHeader(header & 0xFF, header >>> Byte.SIZE);
            return null;
        }
        ByteBuf content =
                switch (there) {
                    case COMPRESSED -> compressed();
                    case UNCOMPRESSED -> uncompressed();
                    default -> null;
                };
        if (there == Part.IDENTIFIER) {
            identify();
        }
        begin(Part.HEADER, HEADER_BYTES);
        return content;
    }

    private void finishHeader(int type, int bytes) throws CorruptStreamException {
        if (streamsBlockBytes == 0 && type != S2Format.IDENTIFIER) {
            throw new CorruptStreamException("the stream doesn't begin with its identifier");
        }
        switch (type) {
            case S2Format.COMPRESSED -> {
                checkLength(bytes, S2Format.maxCompressedBytes(maxContent()));
                begin(Part.COMPRESSED, bytes);
            }
            case S2Format.UNCOMPRESSED -> {
                checkLength(bytes, CHECKSUM_BYTES + maxContent());
                begin(Part.UNCOMPRESSED, bytes);
            }
            case S2Format.IDENTIFIER -> {
                if (bytes != S2Format.S2.length) {
                    throw new CorruptStreamException("a stream identifier is of a wrong length");
                }
                begin(Part.IDENTIFIER, bytes);
            }
            default -> {
                if (type < S2Format.FIRST_SKIPPABLE) {
                    throw new CorruptStreamException(
                            "a chunk is of the unknown type " + type + ", not to be skipped");
                }
                begin(Part.SKIPPABLE, bytes);
            }
        }
    }

    private int maxContent() {
        return Math.min(callersBlockBytes, streamsBlockBytes);
    }

    private static void checkLength(int bytes, int most) throws CorruptStreamException {
        if (bytes < CHECKSUM_BYTES) {
            throw new CorruptStreamException("a chunk is too short for a checksum");
        }
        if (bytes > most) {
            throw new CorruptStreamException("a chunk is larger than allowed");
        }
    }

    private void identify() throws CorruptStreamException {
        if (begins(S2Format.S2)) {
            streamsBlockBytes = S2Format.S2_BLOCK_BYTES;
        } else if (begins(S2Format.SNAPPY)) {
            streamsBlockBytes = S2Format.SNAPPY_BLOCK_BYTES;
        } else {
            throw new CorruptStreamException("the stream is neither of S2 nor of Snappy");
        }
    }

    private boolean begins(byte[] text) {
        return Arrays.equals(chunk.bytes(), 0, text.length, text, 0, text.length);
    }

    private ByteBuf uncompressed() throws CorruptStreamException {
        check(chunk.bytes(), CHECKSUM_BYTES, length - CHECKSUM_BYTES);
        return chunk.view(CHECKSUM_BYTES, length);
    }

    private ByteBuf compressed() throws CorruptStreamException {
        byte[] bytes = chunk.bytes();
        int next = CHECKSUM_BYTES;
        long size = 0;
        int shift = 0;
        byte digit;
        do {
            if (next == length || shift > Integer.SIZE) {
                throw new CorruptStreamException("a block doesn't begin with its length");
            }
            digit = bytes[next++];
            size |= (digit & 0x7FL) << shift;
            shift += 7;
        } while (digit < 0);
        if (size > maxContent()) {
            throw new CorruptStreamException("a block is larger than allowed");
        }
        int content = (int) size;
        block.begin(content);
        S2Block.decode(bytes, next, length, block.bytes(), content);
        check(block.bytes(), 0, content);
        return block.view(0, content);
    }

    private void check(byte[] content, int from, int bytes) throws CorruptStreamException {
        byte[] sum = chunk.bytes();
        int said = sum[0] & 0xFF | (sum[1] & 0xFF) << 8 | (sum[2] & 0xFF) << 16 | sum[3] << 24;
        if (said != S2Format.checksum(crc, content, from, bytes)) {
            throw new CorruptStreamException("the checksum of a block is wrong");
        }
    }
}
