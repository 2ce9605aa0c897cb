package io.millrace.broker.store.block;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.seal.Aead;
import io.millrace.broker.store.seal.FileKey;
import io.millrace.broker.store.seal.StoreKey;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Pieces of compressed blocks that were read lately, decompressed. Shard thread.
 *
 * <p>A stream is mostly read in order: each piece is decompressed once for all its records.
 */
final class UnpackedPieces {
    /** Kept of all streams of a shard; one piece more if it is larger. */
    private static final int MOST_BYTES = 2 * 1024 * 1024;

    private final BlockCodec codec;
    private final RecordSeal seal;
    private final StoreKey key;
    private final @Nullable Aead aead;
    private final Deque<Unpacked> newestFirst = new ArrayDeque<>();
    private long bytes;
    private byte[] stored = {};
    private byte[] content = {};

    /** One of them. */
    private record Unpacked(Block block, int piece, NativeBlock memory, Debtor debtor) {}

    UnpackedPieces(BlockCodec codec, RecordSeal seal, StoreKey key) {
        this.codec = codec;
        this.seal = seal;
        this.key = key;
        aead = key.isThere() ? key.aead() : null;
    }

    /**
     * The records of a piece.
     *
     * @return valid until the next call; null if it is damaged
     */
    @Nullable Region get(Block block, PackedBlock packed, int piece, Debtor debtor) {
        Unpacked found = null;
        for (Unpacked each : newestFirst) {
            if (each.block() == block && each.piece() == piece) {
                found = each;
                break;
            }
        }
        if (found == null) {
            found = unpack(block, packed, piece, debtor);
        } else if (found != newestFirst.peekFirst()) {
            newestFirst.remove(found);
            newestFirst.addFirst(found);
        }
        return found == null ? null : found.memory().region();
    }

    /** A copy of the records of a piece, which is the caller's; null if it is damaged. */
    @Nullable NativeBlock copy(Block block, PackedBlock packed, int piece) {
        byte[] records = read(block, packed, piece);
        if (records == null) {
            return null;
        }
        int length = packed.bytes(piece);
        NativeBlock memory = NativeBlock.allocate(length);
        memory.region().put(0, records, 0, length);
        return memory;
    }

    private @Nullable Unpacked unpack(Block block, PackedBlock packed, int piece, Debtor debtor) {
        int length = packed.bytes(piece);
        byte[] records = read(block, packed, piece);
        if (records == null) {
            return null;
        }
        while (bytes + length > MOST_BYTES && !newestFirst.isEmpty()) {
            free(newestFirst.removeLast());
        }
        NativeBlock memory = NativeBlock.allocate(length);
        memory.region().put(0, records, 0, length);
        debtor.charge(Debt.STORE, length);
        bytes += length;
        Unpacked unpacked = new Unpacked(block, piece, memory, debtor);
        newestFirst.addFirst(unpacked);
        return unpacked;
    }

    /** The records of a piece in an array that is used again; null if they are damaged. */
    private byte @Nullable [] read(Block block, PackedBlock packed, int piece) {
        int length = packed.bytes(piece);
        int storedBytes = packed.stored(piece);
        int at = packed.fileOffset(piece);
        int crc = seal.of(block.salt ^ packed.place(piece), packed.file(), at, storedBytes);
        if (crc != packed.crc(piece)) {
            return null;
        }
        stored = fit(stored, storedBytes);
        packed.file().get(at, stored, 0, storedBytes);
        if (storedBytes == length) {
            return stored;
        }
        int compressed = opened(block, packed, piece, storedBytes);
        content = fit(content, length);
        return compressed > 0 && codec.decompress(stored, compressed, content, length)
                ? content
                : null;
    }

    /** Decrypts what is stored, if it was encrypted. Its bytes; 0 if they are damaged. */
    private int opened(Block block, PackedBlock packed, int piece, int storedBytes) {
        if (aead == null) {
            return storedBytes;
        }
        int stream = packed.file().getInt(BlockLayout.STREAM_OFFSET);
        FileKey its = key.packed(stream, block.number, block.salt, packed.packing());
        return aead.open(its, Aead.PIECE, packed.place(piece), stored, storedBytes)
                ? storedBytes - Aead.TAG_BYTES
                : 0;
    }

    /** An array that has room, but not for long more than is usual. */
    private static byte[] fit(byte[] array, int needed) {
        int room = Math.max(needed, PackedLayout.PIECE_BYTES) + BlockCodec.SLACK_BYTES;
        return array.length >= room && array.length <= 4 * PackedLayout.PIECE_BYTES
                ? array
                : new byte[room];
    }

    /** A block is no more. */
    void forget(Block block) {
        if (newestFirst.isEmpty()) {
            return;
        }
        newestFirst.removeIf(
                each -> {
                    if (each.block() == block) {
                        free(each);
                        return true;
                    }
                    return false;
                });
    }

    private void free(Unpacked unpacked) {
        int length = unpacked.memory().region().length();
        bytes -= length;
        unpacked.debtor().credit(Debt.STORE, length);
        unpacked.memory().close();
    }
}
