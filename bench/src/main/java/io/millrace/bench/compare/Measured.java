package io.millrace.bench.compare;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The rounds of one scenario on one server. */
final class Measured {
    /**
     * One round.
     *
     * @param rate messages per second
     * @param cpuUs processor time of the server per message, in microseconds
     * @param loadCpuUs the same of the load
     * @param latencyNs null where the load doesn't measure it
     * @param besideRate messages per second of another load meanwhile; NaN without one
     */
    record Round(
            double rate,
            double cpuUs,
            double loadCpuUs,
            @Nullable Histogram latencyNs,
            double besideRate) {
        /** A percentile of the latency in microseconds; NaN where there is none. */
        double latencyUs(double percentile) {
            return latencyNs == null
                    ? Double.NaN
                    : latencyNs.getValueAtPercentile(percentile) / 1e3;
        }
    }

    private final List<Round> rounds = new ArrayList<>();

    /** By the number of a round; null where it failed. */
    private final List<@Nullable Round> tried = new ArrayList<>();

    private final List<String> faults = new ArrayList<>();

    void add(Round round) {
        rounds.add(round);
        tried.add(round);
    }

    /** A round has no figures. */
    void fail(String fault) {
        tried.add(null);
        faults.add(fault);
    }

    /** Whether a round has figures. */
    boolean isKnown() {
        return !rounds.isEmpty();
    }

    /** Why rounds have no figures. */
    List<String> faults() {
        return faults;
    }

    /**
     * A figure's ratio to that of another server, round by round; those are left out that one of
     * both failed, or that lack the figure.
     */
    double[] ratios(Measured base, ToDoubleFunction<Round> figure) {
        return IntStream.range(0, Math.min(tried.size(), base.tried.size()))
                .mapToDouble(
                        i -> {
                            Round mine = tried.get(i);
                            Round other = base.tried.get(i);
                            return mine == null || other == null
                                    ? Double.NaN
                                    : figure.applyAsDouble(mine) / figure.applyAsDouble(other);
                        })
                .filter(ratio -> !Double.isNaN(ratio))
                .toArray();
    }

    double rate() {
        return median(Round::rate);
    }

    double cpuUs() {
        return median(Round::cpuUs);
    }

    double loadCpuUs() {
        return median(Round::loadCpuUs);
    }

    /** Processors that the server keeps busy. */
    double busy() {
        return median(round -> round.rate() * round.cpuUs() / 1e6);
    }

    /** Processors that the load keeps busy. */
    double loadBusy() {
        return median(round -> round.rate() * round.loadCpuUs() / 1e6);
    }

    /** Messages per second of another load that went on meanwhile; NaN without one. */
    double besideRate() {
        return median(Round::besideRate);
    }

    /** Median over the rounds of a percentile of the latency, in microseconds. */
    double latencyUs(double percentile) {
        return median(round -> round.latencyUs(percentile));
    }

    /** The latencies of all rounds together; null where there are none. */
    @Nullable Histogram latencyNs() {
        Histogram all = null;
        for (Round round : rounds) {
            Histogram one = round.latencyNs();
            if (one != null) {
                if (all == null) {
                    all = new Histogram(one);
                }
                all.add(one);
            }
        }
        return all;
    }

    private double median(ToDoubleFunction<Round> figure) {
        return median(rounds.stream().mapToDouble(figure).toArray());
    }

    static double median(double... figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
