package io.millrace.bench.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** A way into the server, in the clear or over TLS. */
interface Entrance {
    /** How long a client waits for the server, which is long. */
    int TIMEOUT_MS = 10_000;

    /** Connects; what is said first is CONNECT. */
    Socket open() throws IOException;

    /** Connects, and nothing else. */
    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }
}
