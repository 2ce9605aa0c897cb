package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.WholeFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a store is, as its {@code store.json} says:
 *
 * <pre>{@code
 * {
 *   "format": "millrace",
 *   "version": 1,
 *   "id": "8d2f00c4a1b93e57",
 *   "created": "2026-11-26T22:10:00Z"
 * }
 * }</pre>
 *
 * <p>and of an encrypted store {@code "encrypted": true} at the end.
 *
 * @param id stands in its files, so that none of another store is taken for one of it
 * @param created when it was made
 * @param isEncrypted whether it has a key
 */
public record StoreIdentity(long id, Instant created, boolean isEncrypted) {
    static final String FILE = "store.json";
    static final String UNFINISHED = "store.json.new";

    private static final String FORMAT = "millrace";
    private static final int VERSION = 1;
    private static final int HEX = 16;

    /** More isn't what we write. */
    private static final int MOST_BYTES = 4096;

    private static final Pattern JSON =
            Pattern.compile(
                    "\\s*\\{\\s*\"format\"\\s*:\\s*\"(?<format>[^\"\\\\]*)\"\\s*"
                            + ",\\s*\"version\"\\s*:\\s*(?<version>\\d{1,9})\\s*(?<rest>.*)",
                    Pattern.DOTALL);
    private static final Pattern REST =
            Pattern.compile(
                    ",\\s*\"id\"\\s*:\\s*\"(?<id>[0-9a-f]{16})\"\\s*"
                            + ",\\s*\"created\"\\s*:\\s*\"(?<created>[^\"\\\\]*)\"\\s*"
                            + "(?<encrypted>,\\s*\"encrypted\"\\s*:\\s*true\\s*)?\\}\\s*");

    static StoreIdentity make(Instant now, RandomGenerator random, boolean isEncrypted) {
        return new StoreIdentity(
                random.nextLong(), now.truncatedTo(ChronoUnit.SECONDS), isEncrypted);
    }

    /**
     * Reads that of a directory.
     *
     * @return nothing if there is none
     * @throws StoreRefusedException if it is of another format or version, or damaged
     */
    static Optional<StoreIdentity> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        if (Files.size(file) > MOST_BYTES) {
            throw damaged(file);
        }
        Matcher all = JSON.matcher(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        if (!all.matches()) {
            throw damaged(file);
        }
        if (!all.group("format").equals(FORMAT)) {
            throw new StoreRefusedException(
                    "store directory "
                            + directory
                            + " is of another format than this server's: set store_dir to another"
                            + " directory");
        }
        int version = Integer.parseInt(all.group("version"));
        if (version != VERSION) {
            throw new StoreRefusedException(
                    "store directory "
                            + directory
                            + " is of version "
                            + version
                            + (version > VERSION
                                    ? ", which a newer server wrote: use that one"
                                    : ", which this server can't read")
                            + ", or set store_dir to another directory");
        }
        Matcher rest = REST.matcher(all.group("rest"));
        if (!rest.matches()) {
            throw damaged(file);
        }
        try {
            return Optional.of(
                    new StoreIdentity(
                            Long.parseUnsignedLong(rest.group("id"), HEX),
                            Instant.parse(rest.group("created")),
                            rest.group("encrypted") != null));
        } catch (DateTimeException e) {
            throw damaged(file);
        }
    }

    private static StoreRefusedException damaged(Path file) {
        return new StoreRefusedException(
                file
                        + " is damaged: put it back from a backup, or set store_dir to another"
                        + " directory");
    }

    /** Writes it, durably; whole or not at all. */
    void write(Path directory) throws IOException {
        String json =
                String.format(
                        Locale.ROOT,
                        "{%n  \"format\": \"%s\",%n  \"version\": %d,%n  \"id\": \"%016x\",%n"
                                + "  \"created\": \"%s\"%s%n}%n",
                        FORMAT,
                        VERSION,
                        id,
                        created,
                        isEncrypted ? String.format(",%n  \"encrypted\": true") : "");
        WholeFile.write(directory, FILE, UNFINISHED, json.getBytes(StandardCharsets.UTF_8));
    }
}
