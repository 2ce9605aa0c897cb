package io.millrace.broker.config.process;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;

/** The options of the files that tell others about this process. */
public final class FileKeys {
    public static final Rows<FileOptions> ROWS = new Rows<>(new Block(""));

    public static final Option<String> PID_FILE =
            ROWS.option(FileOptions::pidFile, "")
                    .key(Kind.TEXT, "pid_file", "pidfile")
                    .flag(Flag.Kind.TEXT, "P", "pid")
                    .live();

    public static final Option<String> PORTS_FILE_DIR =
            ROWS.option(FileOptions::portsFileDir, "")
                    .key(Kind.TEXT, "ports_file_dir")
                    .flag(Flag.Kind.TEXT, "ports_file_dir")
                    .live();

    /** What was read, which isn't an option itself. */
    public static final Option<String> CONFIG_FILE =
            ROWS.option(FileOptions::configFile, "").unmentioned().live();

    /** Of what was read. */
    public static final Option<String> CONFIG_DIGEST =
            ROWS.option(FileOptions::configDigest, "").unmentioned().live();

    private FileKeys() {}

    /** The record. */
    public static FileOptions of(Settings settings) {
        return new FileOptions(
                settings.get(PID_FILE),
                settings.get(PORTS_FILE_DIR),
                settings.get(CONFIG_FILE),
                settings.get(CONFIG_DIGEST));
    }
}
