package io.millrace.broker.it;

import io.millrace.broker.log.LogLevel;
import io.millrace.broker.log.LogSink;
import io.millrace.broker.log.ServerLog;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A log that keeps its lines, for tests that look at them. */
final class LogLines implements LogSink {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /** The log that writes here, debug and trace lines included. */
    ServerLog verbose() {
        return ServerLog.to(this, true, true);
    }

    @Override
    public void write(LogLevel level, String text) {
        lines.add("[" + level.tag() + "] " + text);
    }

    List<String> all() {
        return lines;
    }

    /** Waits for a line that contains all the parts, and returns it. */
    String await(String... parts) {
        Modes.await(
                () -> "a log line with " + List.of(parts) + " in " + lines,
                () -> find(parts) != null);
        String line = find(parts);
        assert line != null;
        return line;
    }

    private @Nullable String find(String... parts) {
        return lines.stream()
                .filter(line -> List.of(parts).stream().allMatch(line::contains))
                .findFirst()
                .orElse(null);
    }
}
