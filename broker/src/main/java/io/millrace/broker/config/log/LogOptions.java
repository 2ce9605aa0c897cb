package io.millrace.broker.config.log;

/**
 * Where log lines go and which are written.
 *
 * @param debug write debug lines
 * @param trace write protocol traces
 * @param traceVerbose trace the system account too
 * @param traceHeaders trace only the headers of a message, not its payload
 * @param time write the time before each line (file and console)
 * @param utc write that time in UTC, not local time
 * @param file log file; empty for standard error
 * @param fileSizeLimitBytes size at which the file is rotated; 0 for never
 * @param fileMaxNum files kept after rotation, the current one included; 0 for all
 * @param syslog write to the local syslog
 * @param remoteSyslog address of a remote syslog, {@code udp://host:port} or {@code
 *     tcp://host:port}; empty for none
 * @param maxTracedMsgLen bytes of a payload that a trace line shows; 0 for all
 * @param format the form of a line
 */
public record LogOptions(
        boolean debug,
        boolean trace,
        boolean traceVerbose,
        boolean traceHeaders,
        boolean time,
        boolean utc,
        String file,
        long fileSizeLimitBytes,
        int fileMaxNum,
        boolean syslog,
        String remoteSyslog,
        int maxTracedMsgLen,
        Format format) {
    /** The form of a log line. */
    public enum Format {
        /** The reference's: {@code [pid] 2026/11/21 01:02:03.123456 [INF] text}. */
        TEXT,
        /** One JSON object a line. */
        JSON
    }

    /** These options, with what is written as in others. */
    public LogOptions withLevelsOf(LogOptions other) {
        return new LogOptions(
                other.debug,
                other.trace,
                other.traceVerbose,
                other.traceHeaders,
                time,
                utc,
                file,
                fileSizeLimitBytes,
                fileMaxNum,
                syslog,
                remoteSyslog,
                other.maxTracedMsgLen,
                format);
    }
}
