package io.millrace.broker.connection;

import io.netty.buffer.ByteBuf;

import java.nio.ByteBuffer;

/** Masks the payloads of WebSocket frames, and unmasks them, which is the same; RFC 6455, 5.3. */
final class Masking {
    private Masking() {}

    /**
     * Masks bytes where they stand.
     *
     * @param mask four bytes, of which the first is the highest
     * @param from index of the first byte
     * @return the mask of the byte behind them
     */
    static int apply(int mask, ByteBuf in, int from, int bytes) {
        long twice = (long) mask << 32 | mask & 0xffffffffL;
        ByteBuffer payload = in.internalNioBuffer(from, bytes).slice();
        int at = 0;
        for (; at <= bytes - 8; at += 8) {
            payload.putLong(at, payload.getLong(at) ^ twice);
        }
        for (; at < bytes; at++) {
            payload.put(at, (byte) (payload.get(at) ^ mask >>> 24 - 8 * (at & 3)));
        }
        return Integer.rotateLeft(mask, 8 * (bytes & 3));
    }
}
