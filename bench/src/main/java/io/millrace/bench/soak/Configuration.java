package io.millrace.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The server's configuration, another one each time it is written. Who sends the traffic is always
 * the same user; the one that comes and goes changes.
 */
final class Configuration {
    static final String TRAFFIC_USER = "traffic";
    static final String GUEST_USER = "guest";
    static final String PASSWORD = "p4ssword";

    /** Those remembered are no growth once there are so many; that takes seconds. */
    private static final int CLOSED_CLIENTS = 1000;

    private static final String TEMPLATE =
            """
            max_payload: %d
            http: "127.0.0.1:%d"
            max_closed_clients: %d
            allow_non_tls: true
            tls { cert_file: "%s", key_file: "%s" }
            authorization {
              timeout: 2
              users: [
                {user: traffic, password: %s, permissions: {
                  publish: ["soak.>", "_INBOX.>"], subscribe: {allow: ">", deny: "soak.secret.>"}}}
                {user: guest, password: %s, permissions: {publish: %s, subscribe: %s}}
                %s
              ]
            }
            """;

    private final Path file;
    private final Path keys;
    private final int httpPort;
    private int generation;

    /**
     * Writes the first one.
     *
     * @param folder where to
     * @param keys the folder of {@code cert.pem} and {@code key.pem}
     * @param httpPort for monitoring
     */
    Configuration(Path folder, Path keys, int httpPort) throws IOException {
        file = folder.resolve("soak.conf");
        this.keys = keys;
        this.httpPort = httpPort;
        writeNext();
    }

    Path file() {
        return file;
    }

    /** Writes the next one, in one step, so that nobody reads half of it. */
    void writeNext() throws IOException {
        int variant = generation++ % 4;
        String text =
                TEMPLATE.formatted(
                        1024 * 1024 + variant,
                        httpPort,
                        CLOSED_CLIENTS,
                        keys.resolve("cert.pem"),
                        keys.resolve("key.pem"),
                        PASSWORD,
                        variant == 3 ? "another" : PASSWORD,
                        variant == 2 ? "[]" : "\"guest.>\"",
                        variant == 1 ? "\"guest.narrow\"" : "\"guest.*\"",
                        variant == 1 ? "{user: extra, password: x}" : "");
        Path next = file.resolveSibling("next.conf");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
