package io.millrace.bench.soak;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A socket, which may be one of TLS, as a channel that keeps the socket's timeout. */
final class SocketBytes implements ByteChannel {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final Socket socket;
    private final byte[] in = new byte[BUFFER_BYTES];
    private final byte[] out = new byte[BUFFER_BYTES];

    SocketBytes(Socket socket) {
        this.socket = socket;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = socket.getInputStream().read(in, 0, Math.min(in.length, target.remaining()));
        if (count > 0) {
            target.put(in, 0, count);
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = Math.min(out.length, source.remaining());
        source.get(out, 0, count);
        socket.getOutputStream().write(out, 0, count);
        return count;
    }

    @Override
    public boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
