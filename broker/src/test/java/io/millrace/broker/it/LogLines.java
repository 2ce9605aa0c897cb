package io.millrace.broker.it;

import io.millrace.broker.log.LogLevel;
import io.millrace.broker.log.LogSink;
import io.millrace.broker.log.ServerLog;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A log that keeps its lines, be they many, for tests that look at them. Any thread. */
final class LogLines implements LogSink {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    /** The log that writes here, debug and trace lines included. */
    ServerLog verbose() {
        return ServerLog.to(this, true, true);
    }

    @Override
    public void write(LogLevel level, String text) {
        lines.add("[" + level.tag() + "] " + text);
    }

    /** The lines by now. */
    List<String> all() {
        return List.copyOf(lines);
    }

    /** Forgets the lines by now. */
    void clear() {
        lines.clear();
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
