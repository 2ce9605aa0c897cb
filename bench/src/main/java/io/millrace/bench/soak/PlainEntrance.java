package io.millrace.bench.soak;

import java.io.IOException;
import java.net.Socket;

/** In the clear. */
record PlainEntrance(int port) implements Entrance {
    @Override
    public Socket open() throws IOException {
        return Entrance.connect(port);
    }

    @Override
    public String toString() {
        return "plain";
    }
}
