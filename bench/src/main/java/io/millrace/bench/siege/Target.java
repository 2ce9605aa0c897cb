package io.millrace.bench.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The server as one run of a siege sees it, and the connections that the run has opened. */
final class Target implements AutoCloseable {
    /** For peers that don't read: the server notices soon. */
    private static final int SMALL_BYTES = 4096;

    private static final int LONGEST_REASON = 60;

    private static final String CONNECT = "CONNECT {\"verbose\":false,\"pedantic\":false%s}\r\n";
    private static final String ROUTE_CONNECT =
            "CONNECT {\"echo\":true,\"verbose\":false,\"pedantic\":false,\"tls_required\":false,"
                    + "\"headers\":true,\"name\":\"%s\",\"cluster\":\"C\"}\r\n";
    private static final String ROUTE_INFO =
            "INFO {\"server_id\":\"%s\",\"server_name\":\"%s\",\"version\":\"2.15.2\",\"proto\":3,"
                    + "\"go\":\"go1.26\",\"host\":\"127.0.0.1\",\"port\":1,\"headers\":true,"
                    + "\"max_payload\":1048576,\"cluster\":\"C\"%s} \r\n";

    /** The fields that let a route in, for the global account. */
    static final String POOLED = ",\"route_pool_size\":3,\"route_pool_idx\":2";

    private final Besieged server;
    private final List<Peer> open = new ArrayList<>();
    private final List<Peer> readers = new CopyOnWriteArrayList<>();
    private final List<Integer> closedPorts = new ArrayList<>();

    Target(Besieged server) {
        this.server = server;
    }

    Besieged server() {
        return server;
    }

    // --- clients

    /** Connects to the port of clients, and says nothing. */
    Peer silent() throws IOException {
        return opened(new Peer(server.port(), 0));
    }

    /** The same, of one that isn't going to read much. */
    Peer silentUnreading() throws IOException {
        return opened(new Peer(server.port(), SMALL_BYTES));
    }

    /** A client that is let in. */
    Peer client(Deadline until) throws IOException, InterruptedException {
        return client("", until);
    }

    /**
     * A client that is let in.
     *
     * @param more fields of CONNECT, each behind a comma
     */
    Peer client(String more, Deadline until) throws IOException, InterruptedException {
        Peer peer = silent();
        introduce(peer, more, until);
        return peer;
    }

    /** The same, of one that isn't going to read much. */
    Peer unreading(String more, Deadline until) throws IOException, InterruptedException {
        Peer peer = silentUnreading();
        introduce(peer, more, until);
        return peer;
    }

    private static void introduce(Peer peer, String more, Deadline until)
            throws InterruptedException {
        if (peer.await(" \r\n", until)) {
            peer.say(CONNECT.formatted(more), until);
            peer.fence(until);
        }
    }

    /** Fields of CONNECT: a user whose password is the name. */
    static String user(String name) {
        return ",\"user\":\"" + name + "\",\"pass\":\"" + name + "\"";
    }

    // --- other servers

    /** Connects to the port of routes, and reads INFO. */
    Peer route(Deadline until) throws IOException, InterruptedException {
        Peer peer = opened(new Peer(server.clusterPort(), 0));
        peer.await(" \r\n", until);
        return peer;
    }

    /** Another server that is taken in for the global account, and isn't going to read much. */
    Peer joined(String id, String name, String more, Deadline until)
            throws IOException, InterruptedException {
        Peer peer = opened(new Peer(server.clusterPort(), SMALL_BYTES));
        if (peer.await(" \r\n", until)) {
            peer.say(routeConnect(id), until);
            peer.say(routeInfo(id, name, more), until);
        }
        return peer;
    }

    static String routeConnect(String id) {
        return ROUTE_CONNECT.formatted(id);
    }

    /**
     * What another server says of itself, or of a third one.
     *
     * @param more fields of INFO, each behind a comma
     */
    static String routeInfo(String id, String name, String more) {
        return ROUTE_INFO.formatted(id, name, more);
    }

    // --- monitoring

    /** Connects to the port of monitoring. */
    Peer http() throws IOException {
        Peer reader = new Peer(server.httpPort(), SMALL_BYTES);
        readers.add(reader);
        return reader;
    }

    // --- the end

    private Peer opened(Peer peer) {
        synchronized (open) {
            open.add(peer);
        }
        return peer;
    }

    /** Closes a connection. */
    void leave(Peer peer) throws IOException {
        synchronized (open) {
            open.remove(peer);
            if (peer.isClosed()) {
                closedPorts.add(peer.localPort());
            }
        }
        peer.close();
    }

    /** How many were closed by the server, by what its log says of them. */
    Map<String, Integer> closings() {
        Map<String, Integer> closings = new TreeMap<>();
        ServerLines lines = server.lines();
        synchronized (open) {
            for (int port : closedPorts) {
                String said =
                        lines == null ? "" : lines.lastOf(port).map(Target::reason).orElse("");
                closings.merge(said, 1, Integer::sum);
            }
        }
        return closings;
    }

    /** A line without what differs from peer to peer. */
    private static String reason(String line) {
        String text = line.replaceAll("\"[^\"]*\"?", "…").replaceAll("\\d+", "#");
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    @Override
    public void close() throws IOException {
        List<Peer> all;
        synchronized (open) {
            all = List.copyOf(open);
        }
        for (Peer peer : all) {
            // Whether it was closed may only be seen by reading.
            peer.drop();
            leave(peer);
        }
        for (Peer reader : readers) {
            reader.close();
        }
    }
}
