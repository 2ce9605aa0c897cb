package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A network namespace of its own, and the only link to it, which can be cut. */
final class Island implements AutoCloseable {
    private static final int LIMIT_S = 60;
    private static final int TIMEOUT_MS = RawClient.TIMEOUT_MS;

    private final Path ip;
    private final String name;
    private final String link;
    private final String net;

    private Island(Path ip, String name, String net) {
        this.ip = ip;
        this.name = name;
        this.net = net;
        link = name + "h";
    }

    /** Makes one; empty if that can't be done here, as only root may. */
    static Optional<Island> make() throws IOException {
        Optional<Path> ip =
                Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, "ip"))
                        .filter(Files::isExecutable)
                        .findFirst();
        if (ip.isEmpty()) {
            return Optional.empty();
        }
        long pid = ProcessHandle.current().pid();
        // Of the block for tests between networks, RFC 2544.
        Island island = new Island(ip.get(), "mr" + pid, "198.18." + pid % 256 + ".");
        return island.build() ? Optional.of(island) : Optional.empty();
    }

    private boolean build() throws IOException {
        if (run("netns", "add", name) != 0) {
            return false;
        }
        String far = name + "f";
        boolean built =
                run("link", "add", link, "type", "veth", "peer", far, "netns", name) == 0
                        && run("addr", "add", here() + "/30", "dev", link) == 0
                        && run("link", "set", link, "up") == 0
                        && run("-n", name, "addr", "add", there() + "/30", "dev", far) == 0
                        && run("-n", name, "link", "set", "lo", "up") == 0
                        && run("-n", name, "link", "set", far, "up") == 0;
        if (!built) {
            close();
        }
        return built;
    }

    private int run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(ip.toString()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return process.exitValue();
    }

    /** The address of this side of the link. */
    String here() {
        return net + 1;
    }

    /** The address of the other side. */
    String there() {
        return net + 2;
    }

    /** Nothing gets there any more, nor back, and nobody is told. */
    void cut() throws IOException {
        assertThat(run("-n", name, "link", "set", name + "f", "down")).isZero();
    }

    void mend() throws IOException {
        assertThat(run("-n", name, "link", "set", name + "f", "up")).isZero();
    }

    /** Starts a server there. */
    ServerProcess start(Path folder, Path launcher, Path configuration) throws IOException {
        return new ServerProcess(
                ip,
                Map.of(),
                folder,
                "netns",
                "exec",
                name,
                launcher.toString(),
                "-c",
                configuration.toString());
    }

    /** Connects to a server there. */
    RawClient connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(there(), port), TIMEOUT_MS);
        RawClient client = new RawClient(socket);
        client.send("CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\n");
        client.fence();
        return client;
    }

    @Override
    public void close() throws IOException {
        run("netns", "del", name);
        run("link", "del", link);
    }
}
