package io.millrace.broker.log;

import io.millrace.broker.config.log.LogOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Makes the writer that the options ask for. */
final class LineWriters {
    private LineWriters() {}

    static LineWriter open(LogOptions options, String program) throws IOException {
        Clock clock = Clock.system(LocalZone.ofThisProcess());
        long pid = ProcessHandle.current().pid();
        if (!options.file().isEmpty()) {
            return new FileWriter(
                    Path.of(options.file()),
                    options.fileSizeLimitBytes(),
                    options.fileMaxNum(),
                    format(options, pid, clock.getZone(), false),
                    clock);
        }
        if (!options.remoteSyslog().isEmpty()) {
            SyslogLines lines = SyslogLines.remote(hostName(), program, pid, clock.getZone());
            SyslogWire.Dialer dialer = SyslogDialers.remote(options.remoteSyslog());
            return SyslogWriter.open(dialer, lines);
        }
        if (options.syslog()) {
            SyslogLines lines = SyslogLines.local(program, pid, clock.getZone());
            return SyslogWriter.open(SyslogDialers.local(), lines);
        }
        boolean coloured = StreamWriter.standardErrorIsTerminal();
        LineFormat format = format(options, pid, clock.getZone(), coloured);
        return new StreamWriter(StreamWriter.standardError(), format);
    }

    private static LineFormat format(LogOptions options, long pid, ZoneId local, boolean coloured) {
        @Nullable ZoneId zone = zone(options, local);
        return switch (options.format()) {
            case TEXT -> new TextLines(pid, zone, coloured);
            case JSON -> new JsonLines(pid, zone);
        };
    }

    private static @Nullable ZoneId zone(LogOptions options, ZoneId local) {
        if (!options.time()) {
            return null;
        }
        return options.utc() ? ZoneOffset.UTC : local;
    }

    /** The name the kernel has for this host: asking the resolver could take seconds. */
    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return System.getenv().getOrDefault("HOSTNAME", "localhost");
        }
    }
}
