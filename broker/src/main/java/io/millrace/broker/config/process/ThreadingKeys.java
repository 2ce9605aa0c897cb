package io.millrace.broker.config.process;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** The options of which threads run the pipeline. */
public final class ThreadingKeys {
    public static final Rows<ThreadingOptions> ROWS = new Rows<>(new Block(""));

    /** Null until it is concluded, if the number of cores shall decide. */
    public static final Option<@Nullable Mode> THREADING =
            ROWS.<@Nullable Mode>option(ThreadingOptions::mode, null)
                    .key(Kind.<@Nullable Mode>text(ThreadingKeys::mode), "threading")
                    .flag(Flag.Kind.<@Nullable Mode>of(ThreadingKeys::mode), "threading")
                    .fixed();

    /** Follows from the cores there are. */
    private static final Option<Integer> IO_THREADS =
            ROWS.option(ThreadingOptions::ioThreads, 1).unmentioned().fixed();

    /** Up to this many cores, one thread that does it all is faster than several (measured). */
    private static final int INLINE_CORES = 3;

    /** More I/O threads than this only feed a routing thread that is busy already. */
    private static final int MAX_IO_THREADS = 8;

    private ThreadingKeys() {}

    private static @Nullable Mode mode(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "auto" -> null;
            case "inline" -> Mode.INLINE;
            case "dedicated" -> Mode.DEDICATED;
            default ->
                    throw new IllegalArgumentException(
                            "threading must be auto, inline or dedicated: \"" + word + "\"");
        };
    }

    /** The record, of what is concluded. */
    public static ThreadingOptions of(Settings settings) {
        Mode mode = settings.get(THREADING);
        if (mode == null) {
            throw new IllegalStateException("not concluded");
        }
        return new ThreadingOptions(mode, settings.get(IO_THREADS));
    }

    /**
     * Chooses what isn't chosen.
     *
     * @param cores processors of the machine
     */
    public static void conclude(Settings settings, int cores) {
        Mode mode = settings.get(THREADING);
        if (mode == null) {
            mode = cores <= INLINE_CORES ? Mode.INLINE : Mode.DEDICATED;
        }
        settings.set(THREADING, mode);
        settings.set(
                IO_THREADS, mode == Mode.INLINE ? 1 : Math.clamp(cores / 2, 1, MAX_IO_THREADS));
    }
}
