package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Where configuration comes from: files and the environment. Tests have others. */
public interface ConfigSource {
    /** Largest file that is read; configuration is a thousandth of it. */
    int MAX_FILE_BYTES = 16 * 1024 * 1024;

    /**
     * Reads a whole file.
     *
     * @throws IOException if it can't be read or is too large; the message is for people
     */
    String read(String file) throws IOException;

    /**
     * The name of a file that {@code from} includes as {@code name}.
     *
     * @throws IOException if no file can have that name
     */
    String resolve(String from, String name) throws IOException;

    /** The same text for two names of one file. */
    String identity(String file);

    /** A variable of the environment. */
    @Nullable String environment(String name);

    /** The files of this machine, and an environment. */
    static ConfigSource ofSystem(Map<String, String> environment) {
        return new ConfigSource() {
            @Override
            public String read(String file) throws IOException {
                try (InputStream in = Files.newInputStream(Path.of(file))) {
                    byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
                    if (bytes.length > MAX_FILE_BYTES) {
                        throw new IOException(
                                file + " is larger than " + MAX_FILE_BYTES + " bytes");
                    }
                    return new String(bytes, StandardCharsets.UTF_8);
                } catch (NoSuchFileException e) {
                    throw new IOException("open " + file + ": no such file or directory", e);
                }
            }

            @Override
            public String resolve(String from, String name) throws IOException {
                try {
                    return Path.of(from).resolveSibling(name).toString();
                } catch (InvalidPathException e) {
                    throw new IOException("open: invalid file name", e);
                }
            }

            @Override
            public String identity(String file) {
                Path path = Path.of(file);
                try {
                    return path.toRealPath().toString();
                } catch (IOException e) {
                    return path.toAbsolutePath().normalize().toString();
                }
            }

            @Override
            public @Nullable String environment(String name) {
                return environment.get(name);
            }
        };
    }
}
