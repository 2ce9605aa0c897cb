package io.millrace.broker.store.block;

import io.millrace.broker.compression.S2Pieces;

/** The codec of a server. */
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
