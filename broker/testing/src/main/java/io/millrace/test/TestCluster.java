package io.millrace.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.net.ssl.SSLContext;

/** Servers that are a cluster, numbered from 0. */
public final class TestCluster implements AutoCloseable {
    private final List<TestServer> servers = new ArrayList<>();

    TestCluster(int size, String config, boolean tls) throws IOException {
        if (size < 1) {
            throw new IOException("a cluster has 1 server at least, not " + size);
        }
        List<Integer> ports = freePorts(size);
        String routes =
                ports.stream()
                        .map(port -> "\"nats://127.0.0.1:" + port + '"')
                        .collect(Collectors.joining(", "));
        try {
            for (int i = 0; i < size; i++) {
                String cluster =
                        String.format(
                                "server_name: server-%d%n"
                                        + "cluster { name: test, host: 127.0.0.1, port: %d,"
                                        + " routes: [ %s ] }%n",
                                i, ports.get(i), routes);
                Wanted wanted =
                        i == 0
                                ? new Wanted(cluster + config, false, tls)
                                : new Wanted(cluster + config, server(0).certificate());
                servers.add(new TestServer(wanted));
            }
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** How many servers there are. */
    public int size() {
        return servers.size();
    }

    /**
     * One of them.
     *
     * @throws IndexOutOfBoundsException if there is none of this number
     */
    public TestServer server(int number) {
        return servers.get(number);
    }

    /** The addresses of all, with commas between them, as jnats takes them. */
    public String urls() {
        return IntStream.range(0, size())
                .mapToObj(i -> server(i).url())
                .collect(Collectors.joining(","));
    }

    /**
     * What trusts the certificate of all.
     *
     * @throws IllegalStateException if they have none
     */
    public SSLContext sslContext() {
        return server(0).sslContext();
    }

    /** Ends one of them; its clients find another. */
    public void kill(int number) {
        server(number).kill();
    }

    /** Starts one of them again, where it was. */
    public void restart(int number) throws IOException {
        server(number).restart();
    }

    @Override
    public void close() {
        servers.forEach(TestServer::close);
    }
}
