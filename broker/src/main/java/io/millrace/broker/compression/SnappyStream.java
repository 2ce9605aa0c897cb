package io.millrace.broker.compression;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Snappy's framing format, for those who don't know S2: the same blocks behind another name. */
public final class SnappyStream {
    private SnappyStream() {}

    /** A stream with these bytes; nothing for nothing. */
    public static byte[] encode(byte[] content) {
        ByteBuf out = Unpooled.buffer(S2Encoder.maxEncodedBytes(content.length));
        new S2Encoder().encode(S2Level.FAST, Unpooled.wrappedBuffer(content), out);
        if (out.isReadable()) {
            out.setBytes(S2Format.HEADER_BYTES, S2Format.SNAPPY);
        }
        byte[] stream = new byte[out.readableBytes()];
        out.readBytes(stream);
        out.release();
        return stream;
    }
}
