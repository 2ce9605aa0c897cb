package io.millrace.broker.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Members of a cluster as processes, each of this server or a nats-server, which find what they are
 * to be in files. The first is the seed: the others know only it when they start.
 */
final class ConfiguredMembers implements AutoCloseable {
    private final Path folder;
    private final String kinds;
    private final String cluster;
    private final List<Member> members = new ArrayList<>();
    private final int[] reloads;

    private ConfiguredMembers(Path folder, String kinds, String cluster) {
        this.folder = folder;
        this.kinds = kinds;
        this.cluster = cluster;
        reloads = new int[kinds.length()];
    }

    /**
     * Starts them; skips the test if a nats-server is wanted and there is none.
     *
     * @param kinds a letter for each member: M of this server, N a nats-server
     * @param cluster what more the cluster's block says
     * @param rest what the file says beside names, ports and cluster
     */
    static ConfiguredMembers start(Path folder, String kinds, String cluster, String rest)
            throws IOException {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(
                kinds.indexOf('N') < 0 || natsServer.isPresent(),
                "there is no nats-server on the PATH to form a cluster with");
        ConfiguredMembers started = new ConfiguredMembers(folder, kinds, cluster);
        try {
            for (int i = 0; i < kinds.length(); i++) {
                Path launcher =
                        started.isOurs(i) ? ServerProcess.LAUNCHER : natsServer.orElseThrow();
                Member member = new Member(launcher, folder, started.config(i));
                started.members.add(member);
                started.configure(i, rest);
                member.start();
            }
        } catch (IOException | RuntimeException | Error e) {
            started.close();
            throw e;
        }
        return started;
    }

    private Path config(int index) {
        return folder.resolve(index + ".conf");
    }

    private void configure(int index, String rest) throws IOException {
        Member member = members.get(index);
        String routes =
                index == 0
                        ? ""
                        : "\"nats://127.0.0.1:%d\"".formatted(members.getFirst().clusterPort());
        Files.writeString(
                config(index),
                "server_name: %s\nlisten: \"127.0.0.1:%d\"\n".formatted(name(index), member.port())
                        + "cluster { name: C, listen: \"127.0.0.1:%d\", routes: [%s]\n%s }\n"
                                .formatted(member.clusterPort(), routes, cluster)
                        + rest);
    }

    /** Has one take over another file. */
    void reload(int index, String rest) throws IOException, InterruptedException {
        configure(index, rest);
        ServerProcess process = members.get(index).process();
        process.signal("HUP");
        int expected = ++reloads[index];
        Modes.await(
                "reload " + expected + " of " + name(index),
                () -> count(process, "Reloaded server configuration") == expected);
    }

    private static long count(ServerProcess process, String text) {
        try {
            return process.errors().lines().filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until each has so many routes to each other one. */
    void awaitRoutes(int each) {
        members.forEach(member -> member.awaitRoutes(each * (members.size() - 1)));
    }

    int count() {
        return members.size();
    }

    /** Whether a member is of this server. */
    boolean isOurs(int index) {
        return kinds.charAt(index) == 'M';
    }

    String name(int index) {
        return kinds.charAt(index) + "-" + index;
    }

    Member get(int index) {
        return members.get(index);
    }

    /** Connects a client to one, as a user whose password is {@code x}. */
    RawClient login(int index, String user) throws IOException {
        RawClient client = new RawClient(members.get(index).port());
        client.send(
                "CONNECT {\"verbose\":false,\"protocol\":1,\"headers\":true,"
                        + "\"no_responders\":true,\"user\":\"%s\",\"pass\":\"x\"}\r\n"
                                .formatted(user));
        client.fenceBeforeInfo();
        return client;
    }

    @Override
    public void close() {
        members.forEach(Member::close);
    }
}
