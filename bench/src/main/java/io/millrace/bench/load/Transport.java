package io.millrace.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;

/** How clients reach a server on the loopback interface. */
public enum Transport {
    TCP,
    WEBSOCKET,
    /** What is large enough is compressed in both directions, each message by itself. */
    WEBSOCKET_DEFLATED;

    /** Connects. */
    ByteChannel open(int port) throws IOException {
        SocketChannel socket =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return this == TCP
                    ? socket
                    : WebSocketChannel.opened(socket, this == WEBSOCKET_DEFLATED);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
