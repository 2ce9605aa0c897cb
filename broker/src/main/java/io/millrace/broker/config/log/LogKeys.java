package io.millrace.broker.config.log;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;

import java.util.List;
import java.util.Locale;

/** The options of where log lines go and which are written. */
public final class LogKeys {
    public static final Rows<LogOptions> ROWS = new Rows<>(new Block(""));

    public static final Option<Boolean> DEBUG =
            ROWS.option(LogOptions::debug, false)
                    .key(Kind.BOOLEAN, "debug")
                    .flag(Flag.Kind.SWITCH, "D", "debug")
                    .live();

    public static final Option<Boolean> TRACE =
            ROWS.option(LogOptions::trace, false)
                    .key(Kind.BOOLEAN, "trace")
                    .flag(Flag.Kind.SWITCH, "V", "trace")
                    .live();

    public static final Option<Boolean> TRACE_VERBOSE =
            ROWS.option(LogOptions::traceVerbose, false)
                    .key(LogKeys::andTrace, "trace_verbose")
                    .live();

    public static final Option<Boolean> TRACE_HEADERS =
            ROWS.option(LogOptions::traceHeaders, false)
                    .key(LogKeys::andTrace, "trace_headers")
                    .live();

    static {
        ROWS.toggle((settings, on) -> settings.set(TRACE, on).set(TRACE_VERBOSE, on), "VV");
        ROWS.toggle((settings, on) -> settings.set(DEBUG, on).set(TRACE, on), "DV");
        ROWS.toggle(
                (settings, on) -> settings.set(DEBUG, on).set(TRACE, on).set(TRACE_VERBOSE, on),
                "DVV");
    }

    public static final Option<Boolean> TIME =
            ROWS.option(LogOptions::time, true)
                    .key(Kind.BOOLEAN, "logtime")
                    .flag(Flag.Kind.SWITCH, "T", "logtime")
                    .live();

    public static final Option<Boolean> UTC =
            ROWS.option(LogOptions::utc, false)
                    .key(Kind.BOOLEAN, "logtime_utc")
                    .flag(Flag.Kind.SWITCH, "logtime_utc")
                    .live();

    public static final Option<String> FILE =
            ROWS.option(LogOptions::file, "")
                    .key(Kind.TEXT, "log_file", "logfile")
                    .flag(Flag.Kind.TEXT, "l", "log")
                    .live();

    public static final Option<Long> SIZE_LIMIT =
            ROWS.option(LogOptions::fileSizeLimitBytes, 0L)
                    .key(Kind.WHOLE, "log_size_limit", "logfile_size_limit")
                    .flag(Flag.Kind.WHOLE, "log_size_limit")
                    .live();

    public static final Option<Integer> MAX_NUM =
            ROWS.option(LogOptions::fileMaxNum, 0)
                    .key(Kind.INTEGER, "log_max_num", "logfile_max_num")
                    .live();

    public static final Option<Boolean> SYSLOG =
            ROWS.option(LogOptions::syslog, false)
                    .key(Kind.BOOLEAN, "syslog")
                    .flag(Flag.Kind.SWITCH, "s", "syslog")
                    .live();

    public static final Option<String> REMOTE_SYSLOG =
            ROWS.option(LogOptions::remoteSyslog, "")
                    .key(Kind.TEXT, "remote_syslog")
                    .flag(Flag.Kind.TEXT, "r", "remote_syslog")
                    .live();

    public static final Option<Integer> MAX_TRACED_MSG_LEN =
            ROWS.option(LogOptions::maxTracedMsgLen, 0)
                    .key(Kind.INTEGER, "max_traced_msg_len")
                    .flag(Flag.Kind.INTEGER, "max_traced_msg_len")
                    .live();

    public static final Option<LogOptions.Format> FORMAT =
            ROWS.option(LogOptions::format, LogOptions.Format.TEXT)
                    .key(Kind.text(LogKeys::format), "log_format")
                    .flag(Flag.Kind.of(LogKeys::format), "log_format")
                    .live();

    private LogKeys() {}

    /** The record. */
    public static LogOptions of(Settings settings) {
        return new LogOptions(
                settings.get(DEBUG),
                settings.get(TRACE),
                settings.get(TRACE_VERBOSE),
                settings.get(TRACE_HEADERS),
                settings.get(TIME),
                settings.get(UTC),
                settings.get(FILE),
                settings.get(SIZE_LIMIT),
                settings.get(MAX_NUM),
                settings.get(SYSLOG),
                settings.get(REMOTE_SYSLOG),
                settings.get(MAX_TRACED_MSG_LEN),
                settings.get(FORMAT));
    }

    /** Whoever asks for a kind of trace asks for traces. */
    private static boolean andTrace(Field field, Reading in) throws BadValueException {
        boolean on = Kind.BOOLEAN.read(field, in);
        in.settings().set(TRACE, on);
        return on;
    }

    private static LogOptions.Format format(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "text" -> LogOptions.Format.TEXT;
            case "json" -> LogOptions.Format.JSON;
            default ->
                    throw new IllegalArgumentException(
                            "log_format must be text or json: \"" + word + "\"");
        };
    }

    /** Everything that is wrong; empty if nothing is. */
    public static List<String> problems(LogOptions log) {
        return log.fileSizeLimitBytes() < 0 || log.fileMaxNum() < 0 || log.maxTracedMsgLen() < 0
                ? List.of("log_size_limit, log_max_num and max_traced_msg_len cannot be negative")
                : List.of();
    }
}
