package io.millrace.broker.config.compression;

import io.millrace.broker.config.Durations;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How what other servers are sent is compressed, with S2.
 *
 * @param mode what this server wishes; the other side has a say
 * @param rttThresholds for {@link Mode#S2_AUTO}: up to which round trip time nothing, {@link
 *     Mode#S2_FAST}, {@link Mode#S2_BETTER} and {@link Mode#S2_BEST} is used, 1..4 of them, rising;
 *     zero for a level that isn't used. Empty for other modes.
 */
public record CompressionOptions(Mode mode, List<Duration> rttThresholds) {
    /** The reference's thresholds. */
    static final List<Duration> DEFAULT_RTT_THRESHOLDS =
            List.of(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100));

    /** The reference's default: compression only if the other side wishes it. */
    public static final CompressionOptions ACCEPT = new CompressionOptions(Mode.ACCEPT, List.of());

    /** How a server compresses, or wishes to. */
    public enum Mode {
        /** Says that it can't, as servers did before there was compression. */
        NOT_SUPPORTED("not supported"),
        OFF("off"),
        /** Does as the other side does, but doesn't begin. */
        ACCEPT("accept"),
        /** One of the following, by round trip time. */
        S2_AUTO("s2_auto"),
        /** The frames of S2 around data as it is; never configured, only chosen. */
        S2_UNCOMPRESSED("s2_uncompressed"),
        S2_FAST("s2_fast"),
        S2_BETTER("s2_better"),
        S2_BEST("s2_best");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        /** As INFO and monitoring say it. */
        public String text() {
            return text;
        }
    }

    /** A mode with the reference's thresholds, if it needs some. */
    public static CompressionOptions of(Mode mode) {
        return new CompressionOptions(
                mode, mode == Mode.S2_AUTO ? DEFAULT_RTT_THRESHOLDS : List.of());
    }

    public CompressionOptions {
        rttThresholds = List.copyOf(rttThresholds);
    }

    static String shown(List<Duration> thresholds) {
        return thresholds.stream().map(Durations::text).collect(Collectors.joining(" ", "[", "]"));
    }

    @Override
    public String toString() {
        return rttThresholds.isEmpty() ? mode.text : mode.text + " " + shown(rttThresholds);
    }
}
