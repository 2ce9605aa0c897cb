package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Configuration that stands in memory: files by name, and an environment. */
public final class MemorySource implements ConfigSource {
    private final Map<String, String> files = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    public MemorySource file(String name, String content) {
        files.put(name, content);
        return this;
    }

    public MemorySource variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    @Override
    public String read(String file) throws IOException {
        String content = files.get(file);
        if (content == null) {
            throw new IOException("open " + file + ": no such file or directory");
        }
        return content;
    }

    @Override
    public String resolve(String from, String name) {
        return name;
    }

    @Override
    public String identity(String file) {
        return file;
    }

    @Override
    public @Nullable String environment(String name) {
        return environment.get(name);
    }
}
