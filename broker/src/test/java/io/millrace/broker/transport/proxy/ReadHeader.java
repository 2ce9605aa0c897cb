package io.millrace.broker.transport.proxy;

import io.millrace.broker.connection.AddressText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What a reader makes of bytes.
 *
 * @param said its verdict, with what belongs to it
 * @param rest what is the client's
 */
record ReadHeader(String said, String rest) {
    /** What it makes of text of one byte each, given in pieces of that many bytes. */
    static ReadHeader of(String text, int pieceBytes) {
        return of(text.getBytes(StandardCharsets.ISO_8859_1), pieceBytes);
    }

    static ReadHeader of(byte[] bytes, int pieceBytes) {
        HeaderReader reader = new HeaderReader();
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        while (in.isReadable()) {
            ByteBuf piece = in.readSlice(Math.min(pieceBytes, in.readableBytes()));
            HeaderReader.Verdict verdict = reader.read(piece);
            switch (verdict) {
                case MORE -> {}
                case INVALID -> {
                    return new ReadHeader(verdict + " " + reader.problem(), "");
                }
                case ABSENT, COMPLETE -> {
                    boolean absent = verdict == HeaderReader.Verdict.ABSENT;
                    ByteBuf clients = reader.clients(piece, absent);
                    String rest =
                            clients.toString(StandardCharsets.ISO_8859_1)
                                    + in.toString(StandardCharsets.ISO_8859_1);
                    clients.release();
                    return new ReadHeader(verdict + " " + source(reader), rest);
                }
            }
        }
        return new ReadHeader(HeaderReader.Verdict.MORE.toString(), "");
    }

    private static String source(HeaderReader reader) {
        InetSocketAddress source = reader.source();
        return source == null
                ? "itself"
                : AddressText.of(source.getAddress()) + ":" + source.getPort();
    }
}
