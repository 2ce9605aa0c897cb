package io.millrace.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;

/**
 * Puts what a connection writes into the frames of a WebSocket: what is flushed at once is one
 * message, and what isn't compressed goes out as it stands in memory, masked there where this
 * server is the WebSocket's client. Belongs to the connection's I/O loop.
 *
 * <p>The socket writer takes a buffer that nobody holds for one that was sent, so each that is
 * compressed is held until what it was compressed to is with the kernel.
 */
final class WebSocketWrites extends ChannelDuplexHandler {
    /** The largest frame for a browser, as in the reference. */
    static final int BROWSER_FRAME_BYTES = 4096;

    /** So little isn't compressed, as in the reference. */
    static final int LITTLE_BYTES = 64;

    private static final int LONGEST_HEADER = 14;

    /** What compressed data ends with, which isn't sent. */
    private static final int LEFT_OUT_BYTES = 4;

    private final Inflaters inflaters;
    private final boolean compressed;
    private final int plainFrameBytes;
    private final int compressedFrameBytes;
    private final List<ByteBuf> waiting = new ArrayList<>();

    /** What frames are masked with; null where they aren't. */
    private final @Nullable MaskKeys keys;

    /** The mask of the next byte of the frame that is being written. */
    private int mask;

    private int waitingBytes;
    private @Nullable ChannelHandlerContext context;

    /** A ping that is still to be answered: the last one, as those before it needn't be. */
    private byte @Nullable [] pinged;

    private boolean ponged;

    /** What the close frame will say; null while nothing is to end. */
    private byte @Nullable [] farewell;

    private boolean closed;

    /**
     * Nothing was written yet.
     *
     * @param dialed whether this server has opened the WebSocket
     */
    WebSocketWrites(Inflaters inflaters, WebSocketHandshake agreed, boolean dialed) {
        this.inflaters = inflaters;
        keys = dialed && agreed.masked() ? new MaskKeys() : null;
        compressed = agreed.compressed();
        plainFrameBytes = agreed.browser() ? BROWSER_FRAME_BYTES : Integer.MAX_VALUE;
        compressedFrameBytes = agreed.wholeCompressed() ? Integer.MAX_VALUE : plainFrameBytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    // --- messages

    @Override
    public void write(ChannelHandlerContext out, Object message, ChannelPromise promise) {
        ByteBuf plain = (ByteBuf) message;
        if (plain.isReadable()) {
            waiting.add(plain);
            waitingBytes += plain.readableBytes();
        } else {
            frame(out);
            out.write(plain, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext out) {
        frame(out);
        out.flush();
    }

    private void frame(ChannelHandlerContext out) {
        if (waitingBytes == 0) {
            return;
        }
        if (compressed && waitingBytes > LITTLE_BYTES) {
            frameCompressed(out);
        } else {
            framePlain(out);
        }
        waiting.clear();
        waitingBytes = 0;
    }

    private void framePlain(ChannelHandlerContext out) {
        int left = waitingBytes;
        int room = 0;
        for (ByteBuf each : waiting) {
            while (each.isReadable()) {
                if (room == 0) {
                    room = Math.min(left, plainFrameBytes);
                    left -= room;
                    header(out, FrameReader.FINAL_BIT | FrameReader.BINARY, room);
                }
                if (each.readableBytes() <= room) {
                    room -= each.readableBytes();
                    payload(out, each, out.voidPromise());
                    break;
                }
                payload(out, each.readRetainedSlice(room), out.voidPromise());
                room = 0;
            }
        }
    }

    private void payload(ChannelHandlerContext out, ByteBuf bytes, ChannelPromise promise) {
        mask(bytes, bytes.readerIndex(), bytes.readableBytes());
        out.write(bytes, promise);
    }

    /** Masks where the bytes stand, which are nobody else's any more. */
    private void mask(ByteBuf in, int from, int bytes) {
        if (keys != null) {
            mask = Masking.apply(mask, in, from, bytes);
        }
    }

    private void frameCompressed(ChannelHandlerContext out) {
        ByteBuf deflated = deflate();
        ByteBuf[] held = waiting.toArray(ByteBuf[]::new);
        int first = FrameReader.COMPRESSED_BIT | FrameReader.BINARY;
        while (deflated.readableBytes() > compressedFrameBytes) {
            header(out, first, compressedFrameBytes);
            payload(out, deflated.readRetainedSlice(compressedFrameBytes), out.voidPromise());
            first = FrameReader.CONTINUATION;
        }
        header(out, FrameReader.FINAL_BIT | first, deflated.readableBytes());
        ChannelPromise taken = out.newPromise();
        taken.addListener(
                _ -> {
                    for (ByteBuf each : held) {
                        each.release();
                    }
                });
        payload(out, deflated, taken);
    }

    private ByteBuf deflate() {
        Deflater deflater = inflaters.deflater();
        // What can't be compressed becomes longer, but by less than this.
        int most = waitingBytes + (waitingBytes >> 6) + LITTLE_BYTES;
        ByteBuf deflated = ByteBufAllocator.DEFAULT.directBuffer(most);
        try {
            for (int i = 0; i < waiting.size(); i++) {
                deflater.setInput(waiting.get(i).nioBuffer());
                boolean last = i == waiting.size() - 1;
                deflate(deflater, deflated, last ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH);
            }
        } finally {
            deflater.reset();
        }
        return deflated.writerIndex(deflated.writerIndex() - LEFT_OUT_BYTES);
    }

    private static void deflate(Deflater deflater, ByteBuf deflated, int flush) {
        boolean full;
        do {
            deflated.ensureWritable(LITTLE_BYTES);
            int room = deflated.writableBytes();
            int bytes = deflater.deflate(deflated.nioBuffer(deflated.writerIndex(), room), flush);
            deflated.writerIndex(deflated.writerIndex() + bytes);
            full = bytes == room;
        } while (full);
    }

    private void header(ChannelHandlerContext out, int first, int bytes) {
        ByteBuf header = ByteBufAllocator.DEFAULT.directBuffer(LONGEST_HEADER, LONGEST_HEADER);
        header(header, first, bytes);
        out.write(header, out.voidPromise());
    }

    private void header(ByteBuf header, int first, int bytes) {
        int masked = keys == null ? 0 : FrameReader.MASK_BIT;
        header.writeByte(first);
        if (bytes < FrameReader.LENGTH_16) {
            header.writeByte(masked | bytes);
        } else if (bytes < 1 << 16) {
            header.writeByte(masked | FrameReader.LENGTH_16).writeShort(bytes);
        } else {
            header.writeByte(masked | FrameReader.LENGTH_64).writeLong(bytes);
        }
        if (keys != null) {
            mask = keys.next();
            header.writeInt(mask);
        }
    }

    // --- what is about the WebSocket itself

    /**
     * Answers a ping, with {@link #flushPongs}; one that doesn't read is answered the last of its
     * pings when it does.
     */
    void pong(byte[] payload) {
        ChannelHandlerContext out = context;
        if (out == null || closed) {
            return;
        }
        if (!out.channel().isWritable()) {
            pinged = payload;
            return;
        }
        pinged = null;
        control(out, FrameReader.PONG, payload);
        ponged = true;
    }

    /** Sends the answers there are. */
    void flushPongs() {
        ChannelHandlerContext out = context;
        if (ponged && out != null) {
            ponged = false;
            out.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext out) {
        byte[] owed = pinged;
        if (owed != null && out.channel().isWritable()) {
            pong(owed);
            flushPongs();
        }
        out.fireChannelWritabilityChanged();
    }

    private void control(ChannelHandlerContext out, int opcode, byte[] payload) {
        ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(LONGEST_HEADER + payload.length);
        header(frame, FrameReader.FINAL_BIT | opcode, payload.length);
        int from = frame.writerIndex();
        frame.writeBytes(payload);
        mask(frame, from, payload.length);
        out.write(frame, out.voidPromise());
    }

    /** Has the close frame say this; only the first call counts. */
    void closeWith(byte[] payload) {
        if (farewell == null) {
            farewell = payload;
        }
    }

    @Override
    public void close(ChannelHandlerContext out, ChannelPromise promise) {
        byte[] said = farewell;
        if (said != null && !closed && out.channel().isActive()) {
            closed = true;
            frame(out);
            control(out, FrameReader.CLOSE, said);
            out.flush();
        }
        out.close(promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        context = null;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        waitingBytes = 0;
    }
}
