package io.millrace.broker.log;

import io.millrace.broker.config.LogOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Makes the sink that the options ask for. */
final class LogSinks {
    private LogSinks() {}

    static LogSink open(LogOptions options, String program) throws IOException {
        Clock clock = Clock.system(LocalZone.ofThisProcess());
        long pid = ProcessHandle.current().pid();
        if (!options.file().isEmpty()) {
            return new FileSink(
                    Path.of(options.file()),
                    options.fileSizeLimitBytes(),
                    options.fileMaxNum(),
                    format(options, pid, clock.getZone(), false),
                    clock);
        }
        if (!options.remoteSyslog().isEmpty()) {
            SyslogLines lines = SyslogLines.remote(hostName(), program, pid, clock.getZone());
            SyslogWire.Dialer dialer = SyslogDialers.remote(options.remoteSyslog());
            return SyslogSink.start(dialer, lines, clock, SyslogSink.QUEUE_LINES);
        }
        if (options.syslog()) {
            SyslogLines lines = SyslogLines.local(program, pid, clock.getZone());
            return SyslogSink.start(SyslogDialers.local(), lines, clock, SyslogSink.QUEUE_LINES);
        }
        boolean coloured = StreamSink.standardErrorIsTerminal();
        LineFormat format = format(options, pid, clock.getZone(), coloured);
        return new StreamSink(StreamSink.standardError(), format, clock);
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
