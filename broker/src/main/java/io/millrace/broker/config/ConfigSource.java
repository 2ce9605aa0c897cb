package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Where configuration comes from: files and the environment. Tests have others. */
public interface ConfigSource {
    /**
     * Largest file that is read. Configuration is a thousandth of it; at worst, as very many tiny
     * maps, its values take some sixty times the space.
     */
    int MAX_FILE_BYTES = 8 * 1024 * 1024;

    /**
     * Reads a whole file.
     *
     * @throws IOException if it can't be read or is too large; the message is for people
     */
    String read(String file) throws IOException;

    /**
     * The name of a file that {@code from} includes as {@code name}.
     *
     * @throws IOException if it can't be the name of a file
     */
    String resolve(String from, String name) throws IOException;

    /**
     * The same text for two names of one file.
     *
     * @throws IOException if it can't be the name of a file
     */
    String identity(String file) throws IOException;

    /** A variable of the environment. */
    @Nullable String environment(String name);

    /**
     * One text that stands for a file, with all else from another source.
     *
     * @param name of the file that there need not be
     */
    static ConfigSource ofText(String name, String text, ConfigSource others) {
        return new ConfigSource() {
            @Override
            public String read(String file) throws IOException {
                return file.equals(name) ? text : others.read(file);
            }

            @Override
            public String resolve(String from, String included) throws IOException {
                return others.resolve(from, included);
            }

            @Override
            public String identity(String file) throws IOException {
                return file.equals(name) ? name : others.identity(file);
            }

            @Override
            public @Nullable String environment(String variable) {
                return others.environment(variable);
            }
        };
    }

    /** The files of this machine, and an environment. */
    static ConfigSource ofSystem(Map<String, String> environment) {
        return new ConfigSource() {
            @Override
            public String read(String file) throws IOException {
                byte[] content;
                // A device or a pipe doesn't tell its size beforehand.
                try (InputStream in = Files.newInputStream(path(file))) {
                    content = in.readNBytes(MAX_FILE_BYTES + 1);
                } catch (NoSuchFileException e) {
                    throw new IOException("open " + file + ": no such file or directory", e);
                } catch (AccessDeniedException e) {
                    throw new IOException("open " + file + ": permission denied", e);
                } catch (IOException e) {
                    throw new IOException("read " + file + ": " + e.getMessage(), e);
                }
                if (content.length > MAX_FILE_BYTES) {
                    throw new IOException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
                }
                return new String(content, StandardCharsets.UTF_8);
            }

            private static Path path(String file) throws IOException {
                try {
                    return Path.of(file);
                } catch (InvalidPathException e) {
                    throw new IOException("open: not the name of a file: " + e.getMessage(), e);
                }
            }

            @Override
            public String resolve(String from, String name) throws IOException {
                Path folder = path(from).getParent();
                Path named = path(name);
                if (!named.isAbsolute()) {
                    return folder == null ? name : folder.resolve(named).toString();
                }
                // The reference looks beside the including file for these, too, and nowhere else.
                Path beside = (folder == null ? path("") : folder).resolve(path("." + name));
                return Files.exists(beside) ? beside.toString() : name;
            }

            @Override
            public String identity(String file) throws IOException {
                Path path = path(file);
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
