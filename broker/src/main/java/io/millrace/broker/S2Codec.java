package io.millrace.broker;

import io.millrace.broker.compression.S2Pieces;
import io.millrace.broker.store.block.BlockCodec;

/** Compresses the blocks of streams that ask for it, with S2. */
final class S2Codec implements BlockCodec {
    private final S2Pieces s2 = new S2Pieces();

    @Override
    public int maxCompressedBytes(int bytes) {
        return s2.maxCompressedBytes(bytes);
    }

    @Override
    public int compress(byte[] from, int bytes, byte[] to) {
        return s2.compress(from, bytes, to);
    }

    @Override
    public boolean decompress(byte[] from, int bytes, byte[] to, int length) {
        return s2.decompress(from, bytes, to, length);
    }
}
