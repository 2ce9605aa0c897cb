package io.millrace.bench.guard;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The forks of one benchmark, a fork of the base beside one of the working tree. */
final class Pairs {
    /** Student's t for 95 %, by degrees of freedom from 1. */
    private static final double[] T = {
        12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13
    };

    private final List<Double> logRatios = new ArrayList<>();
    private double baseSum;
    private double workSum;
    private int count;
    private double mostBytes;

    /** Adds a round; a benchmark that the base doesn't have is only looked at for allocation. */
    void add(JmhResults.@Nullable Figures base, JmhResults.Figures work) {
        count++;
        workSum += work.nsPerOperation();
        mostBytes = Math.max(mostBytes, work.bytesPerOperation());
        if (base != null) {
            baseSum += base.nsPerOperation();
            logRatios.add(Math.log(work.nsPerOperation() / base.nsPerOperation()));
        }
    }

    /** Whether the base has it, too. */
    boolean isCompared() {
        return !logRatios.isEmpty();
    }

    double baseNs() {
        return baseSum / count;
    }

    double workNs() {
        return workSum / count;
    }

    /** The geometric mean of the rounds' ratios, working tree to base. */
    double ratio() {
        return Math.exp(mean());
    }

    double ratioLow() {
        return Math.exp(mean() - error());
    }

    double ratioHigh() {
        return Math.exp(mean() + error());
    }

    /** The most that a fork of the working tree allocated. */
    double bytesPerOperation() {
        return mostBytes;
    }

    private double mean() {
        return logRatios.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    private double error() {
        int n = logRatios.size();
        if (n < 2) {
            return Double.POSITIVE_INFINITY;
        }
        double mean = mean();
        double squares = logRatios.stream().mapToDouble(r -> (r - mean) * (r - mean)).sum();
        return T[Math.min(n - 2, T.length - 1)] * Math.sqrt(squares / (n - 1) / n);
    }
}
