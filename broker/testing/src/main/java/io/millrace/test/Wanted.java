package io.millrace.test;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

/** What a server shall be like, and the folder with what it keeps from one start to the next. */
final class Wanted {
    private final Path folder;
    private final String config;
    private final @Nullable TestCertificate certificate;
    private int port;

    Wanted(String more, boolean jetStream, boolean tls) throws IOException {
        folder = Files.createTempDirectory("millrace-test");
        certificate = tls ? TestCertificate.make(folder) : null;
        StringBuilder text = new StringBuilder(more).append('\n');
        if (jetStream) {
            text.append("jetstream { store_dir: \"")
                    .append(slashes(folder.resolve("store")))
                    .append("\" }\n");
        }
        if (certificate != null) {
            text.append(certificate.config());
        }
        config = text.toString();
    }

    /** As configuration has paths on every system. */
    static String slashes(Path path) {
        return path.toString().replace('\\', '/');
    }

    /**
     * Starts the server.
     *
     * @param wantedPort 0 for any free one
     */
    Running start(int wantedPort) throws IOException {
        Running running = Running.start(config, wantedPort, folder);
        port = running.port();
        return running;
    }

    int port() {
        return port;
    }

    String scheme() {
        return certificate == null ? "nats" : "tls";
    }

    SSLContext sslContext() {
        if (certificate == null) {
            throw new IllegalStateException("the server has no certificate; say tls = true");
        }
        return certificate.context();
    }

    /** Deletes the folder. */
    void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> inwards = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : inwards) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the server's files can't be deleted", e);
        }
    }
}
