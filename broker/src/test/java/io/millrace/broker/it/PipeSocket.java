package io.millrace.broker.it;

import io.millrace.broker.NatsServer;
import io.millrace.broker.transport.inprocess.InProcessConnection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A connection in this JVM, in the guise of a socket, for {@link RawClient}. */
final class PipeSocket extends Socket {
    private final InProcessConnection connection;

    PipeSocket(InProcessConnection connection) {
        this.connection = connection;
    }

    /** Connects in this JVM and reads INFO. */
    static RawClient open(NatsServer server) throws IOException {
        return new RawClient(new PipeSocket(server.inProcess().connect()));
    }

    /** Connects in this JVM, as clients do that want neither +OK nor checks. */
    static RawClient connected(NatsServer server) throws IOException {
        RawClient client = open(server);
        client.send("CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\n");
        client.fence();
        return client;
    }

    @Override
    public InputStream getInputStream() {
        return connection.inputStream();
    }

    @Override
    public OutputStream getOutputStream() {
        return connection.outputStream();
    }

    @Override
    public synchronized void close() throws IOException {
        connection.close();
        super.close();
    }
}
