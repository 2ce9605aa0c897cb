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
        this(newFolder(), more, jetStream, tls);
    }

    private Wanted(Path folder, String more, boolean jetStream, boolean tls) throws IOException {
        this(folder, more, jetStream, tls ? TestCertificate.make(folder) : null);
    }

    /** With a certificate that another server has, too. */
    Wanted(String more, @Nullable TestCertificate certificate) throws IOException {
        this(newFolder(), more, false, certificate);
    }

    private Wanted(
            Path folder, String more, boolean jetStream, @Nullable TestCertificate certificate) {
        this.folder = folder;
        this.certificate = certificate;
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

    private static Path newFolder() throws IOException {
        return Files.createTempDirectory("millrace-test");
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

    @Nullable TestCertificate certificate() {
        return certificate;
    }

    SSLContext sslContext() {
        if (certificate == null) {
            throw new IllegalStateException("the server has no certificate; say tls = true");
        }
        return certificate.context();
    }

    /** Deletes the folder. A second call does nothing. */
    void close() {
        try {
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the server's files can't be deleted", e);
        }
    }

    /** Deletes a folder and all that is in it, if it is there. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> inwards = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : inwards) {
                Files.deleteIfExists(file);
            }
        }
    }
}
