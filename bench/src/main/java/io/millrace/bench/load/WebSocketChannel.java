package io.millrace.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The bytes of a client inside of a WebSocket, RFC 6455: each write is one masked binary message,
 * and what comes is what the messages of the server hold. Large buffers that are written again and
 * again are masked and compressed once, so that this costs the load little.
 */
final class WebSocketChannel implements ByteChannel {
    private static final int READ_BYTES = 256 * 1024;
    private static final int LARGE = 16 * 1024;

    /** Smaller messages aren't worth it, as the libraries have it. */
    private static final int LEAST_DEFLATED = 64;

    private static final int FIN_BINARY = 0x82;
    private static final int RSV1 = 0x40;
    private static final int OPCODE = 0x0F;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int CLOSE = 8;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int MAX_HEADER = 14;
    private static final int MASK = 0x5A3C_96E1;

    /** What ends a compressed message and isn't sent. */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private static final String UPGRADE =
            """
            GET / HTTP/1.1\r
            Host: localhost\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
            %s\r
            """;

    private static final String DEFLATE =
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                    + " client_no_context_takeover\r\n";

    private final SocketChannel socket;
    private final boolean deflates;
    private final ByteBuffer in = ByteBuffer.allocate(READ_BYTES).limit(0);
    private final Map<ByteBuffer, ByteBuffer> frames = new IdentityHashMap<>();
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final Inflater inflater = new Inflater(true);

    // --- the frame that is being read
    private long left;
    private boolean last;
    private boolean inflates;

    private WebSocketChannel(SocketChannel socket, boolean deflates) {
        this.socket = socket;
        this.deflates = deflates;
    }

    /**
     * Opens a WebSocket.
     *
     * @throws IOException if the server doesn't want it so
     */
    static WebSocketChannel opened(SocketChannel socket, boolean deflates) throws IOException {
        WebSocketChannel channel = new WebSocketChannel(socket, deflates);
        String request = UPGRADE.formatted(deflates ? DEFLATE : "");
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) channel.next());
        }
        if (!answer.toString().startsWith("HTTP/1.1 101")
                || deflates && answer.indexOf("permessage-deflate") < 0) {
            throw new IOException("no such WebSocket: " + answer);
        }
        return channel;
    }

    // --- writing

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        ByteBuffer frame =
                count < LARGE ? frame(bytes) : frames.computeIfAbsent(bytes, this::frame).rewind();
        bytes.position(bytes.limit());
        while (frame.hasRemaining()) {
            socket.write(frame);
        }
        return count;
    }

    private ByteBuffer frame(ByteBuffer bytes) {
        byte[] payload = new byte[bytes.remaining()];
        bytes.get(bytes.position(), payload);
        boolean small = payload.length < LEAST_DEFLATED || !deflates;
        byte[] sent = small ? payload : deflated(payload);
        ByteBuffer frame = ByteBuffer.allocateDirect(sent.length + MAX_HEADER);
        frame.put((byte) (small ? FIN_BINARY : FIN_BINARY | RSV1));
        if (sent.length < LENGTH_16) {
            frame.put((byte) (MASKED | sent.length));
        } else if (sent.length < 1 << Short.SIZE) {
            frame.put((byte) (MASKED | LENGTH_16)).putShort((short) sent.length);
        } else {
            frame.put((byte) (MASKED | LENGTH_64)).putLong(sent.length);
        }
        frame.putInt(MASK);
        for (int i = 0; i < sent.length; i++) {
            int shift = Byte.SIZE * (Integer.BYTES - 1 - i % Integer.BYTES);
            frame.put((byte) (sent[i] ^ MASK >>> shift));
        }
        return frame.flip();
    }

    private byte[] deflated(byte[] payload) {
        deflater.reset();
        deflater.setInput(payload);
        byte[] out = new byte[payload.length + LEAST_DEFLATED];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        byte[] sent = new byte[length - TAIL.length];
        System.arraycopy(out, 0, sent, 0, sent.length);
        return sent;
    }

    // --- reading

    @Override
    public int read(ByteBuffer space) throws IOException {
        try {
            int before = space.position();
            while (space.position() == before) {
                if (!(inflates ? inflate(space) : copy(space))) {
                    begin();
                }
            }
            return space.position() - before;
        } catch (EOFException e) {
            return -1;
        }
    }

    /** Reads the header of the next frame with something for the client in it. */
    private void begin() throws IOException {
        int first = next() & 0xFF;
        int length = next() & 0xFF;
        long bytes =
                switch (length) {
                    case LENGTH_16 -> (next() & 0xFF) << Byte.SIZE | next() & 0xFF;
                    case LENGTH_64 -> nextLong();
                    default -> length;
                };
        switch (first & OPCODE) {
            case CLOSE -> throw new EOFException("closed by the server");
            case PING, PONG -> {
                for (long i = 0; i < bytes; i++) {
                    next();
                }
            }
            default -> {
                left = bytes;
                last = (first & 0x80) != 0;
                inflates |= (first & RSV1) != 0;
            }
        }
    }

    /** Copies what there is of the frame; false if it is over. */
    private boolean copy(ByteBuffer space) throws IOException {
        if (left == 0) {
            return false;
        }
        fill();
        int count = (int) Math.min(Math.min(left, in.remaining()), space.remaining());
        space.put(in.slice(in.position(), count));
        in.position(in.position() + count);
        left -= count;
        return true;
    }

    /** Inflates what there is of the frame; false if there is no more to come from it. */
    private boolean inflate(ByteBuffer space) throws IOException {
        try {
            int count = inflater.inflate(space);
            while (count == 0 && left > 0) {
                fill();
                int piece = (int) Math.min(left, in.remaining());
                inflater.setInput(in.array(), in.position(), piece);
                in.position(in.position() + piece);
                left -= piece;
                count = inflater.inflate(space);
            }
            if (count == 0 && last) {
                inflater.setInput(TAIL);
                count = inflater.inflate(space);
                inflater.reset();
                inflates = false;
                last = false;
            }
            return count > 0;
        } catch (DataFormatException e) {
            throw new IOException(e);
        }
    }

    private long nextLong() throws IOException {
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number = number << Byte.SIZE | next() & 0xFF;
        }
        return number;
    }

    private byte next() throws IOException {
        fill();
        return in.get();
    }

    private void fill() throws IOException {
        if (!in.hasRemaining()) {
            in.clear();
            int count = socket.read(in);
            in.flip();
            if (count < 0) {
                throw new EOFException("closed by the server");
            }
        }
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        deflater.end();
        inflater.end();
    }
}
