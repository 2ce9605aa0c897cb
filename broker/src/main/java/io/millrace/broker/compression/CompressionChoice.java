package io.millrace.broker.compression;

import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What two servers agree upon, each for itself, when they have told each other what they wish; the
 * reference's rules. Immutable, for any thread.
 */
public final class CompressionChoice {
    /** What {@link Mode#S2_AUTO} goes through as the round trip takes longer. */
    private static final S2Level[] LEVELS = {
        S2Level.UNCOMPRESSED, S2Level.FAST, S2Level.BETTER, S2Level.BEST
    };

    private CompressionChoice() {}

    /**
     * The mode that this server's writes have.
     *
     * @param own what this server wishes
     * @param others what the other says; empty if it says nothing
     * @return null if it says something unknown
     */
    public static @Nullable Mode of(Mode own, String others) {
        if (own == Mode.OFF || own == Mode.NOT_SUPPORTED) {
            return own;
        }
        Mode other = others.isEmpty() ? Mode.NOT_SUPPORTED : named(others);
        if (other == null) {
            return null;
        }
        return switch (other) {
            case NOT_SUPPORTED, OFF -> other;
            case ACCEPT -> own == Mode.ACCEPT ? Mode.OFF : own;
            default -> own != Mode.ACCEPT ? own : other == Mode.S2_AUTO ? Mode.S2_FAST : other;
        };
    }

    private static @Nullable Mode named(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        for (Mode mode : Mode.values()) {
            if (mode.text().equals(name)) {
                return mode;
            }
        }
        return null;
    }

    /** Whether anything is compressed, or at least framed. */
    public static boolean isOn(@Nullable Mode chosen) {
        return chosen != null && chosen.compareTo(Mode.S2_AUTO) >= 0;
    }

    /**
     * How hard a route's writes are compressed.
     *
     * @param chosen one that {@link #isOn}
     * @param rttNs the round trip time
     */
    public static S2Level level(Mode chosen, CompressionOptions options, long rttNs) {
        return switch (chosen) {
            case S2_AUTO -> byRoundTrip(options.rttThresholds(), rttNs);
            case S2_UNCOMPRESSED -> S2Level.UNCOMPRESSED;
            case S2_BETTER -> S2Level.BETTER;
            case S2_BEST -> S2Level.BEST;
            default -> S2Level.FAST;
        };
    }

    /** What is used at the moment, as monitoring shows it. */
    public static String used(Mode chosen, CompressionOptions options, long rttNs) {
        return chosen == Mode.S2_AUTO
                ? "s2_" + level(chosen, options, rttNs).name().toLowerCase(Locale.ROOT)
                : chosen.text();
    }

    private static S2Level byRoundTrip(List<Duration> thresholds, long rttNs) {
        for (int i = 0; i < thresholds.size(); i++) {
            if (rttNs <= thresholds.get(i).toNanos()) {
                return LEVELS[i];
            }
        }
        return LEVELS[Math.min(thresholds.size(), LEVELS.length - 1)];
    }
}
