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

    private static final String TEMPLATE =
            """
            max_payload: %d
            authorization {
              timeout: 5
              users: [
                {user: traffic, password: %s, permissions: {
                  publish: ["soak.>", "_INBOX.>"], subscribe: {allow: ">", deny: "soak.secret.>"}}}
                {user: guest, password: %s, permissions: {publish: %s, subscribe: %s}}
                %s
              ]
            }
            """;

    private final Path file;
    private int generation;

    Configuration(Path folder) throws IOException {
        file = folder.resolve("soak.conf");
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
