package io.millrace.broker.monitor;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What Prometheus reads, in one of its two formats: numbers come in families, each of which is
 * begun before its values are written. Each series carries the server's id; those who write see to
 * it that there are never more than so many. What it holds is charged to the answer.
 *
 * <p>Names of ours are as OpenMetrics wants them: what counts ends with {@code _total}. Names that
 * the exporter has made are kept as they are, though that may then not call them counters there.
 */
final class MetricsText {
    /** How it is written. */
    enum Format {
        /** Version 0.0.4 of Prometheus' own text. */
        PROMETHEUS(Reply.Kind.METRICS),
        OPENMETRICS(Reply.Kind.OPENMETRICS);

        private final Reply.Kind kind;

        Format(Reply.Kind kind) {
            this.kind = kind;
        }
    }

    /** Doubles are exact up to here. */
    private static final double EXACT = 1L << 53;

    private static final String TOTAL = "_total";

    private final StringBuilder lines = new StringBuilder(16 * 1024);
    private final Format format;
    private final Labels server;
    private String name = "";
    private String suffix = "";
    private int heldChars;

    /**
     * Begins it.
     *
     * @param id of the server
     */
    MetricsText(Format format, String id) {
        this.format = format;
        server = Labels.of("server_id", id);
    }

    /** Begins a number that may rise and fall. */
    void gauge(String family, String help) {
        head(family, "", "gauge", "gauge", help);
    }

    /**
     * Begins a number that only grows.
     *
     * @param family without {@code _total}
     */
    void counter(String family, String help) {
        head(family, TOTAL, "counter", "counter", help);
    }

    /** Begins a number that only grows, and has a name that doesn't say so. */
    void misnamedCounter(String family, String help) {
        head(family, "", "counter", "unknown", help);
    }

    /**
     * Begins what is 1 with labels that tell something.
     *
     * @param family without {@code _info}
     */
    void info(String family, String help) {
        head(family, "_info", "gauge", "info", help);
    }

    /** Begins histograms; {@link #buckets} writes each. */
    void histogram(String family, String help) {
        head(family, "", "histogram", "histogram", help);
    }

    /** Begins counts and sums; {@link #sum} writes each. */
    void summary(String family, String help) {
        head(family, "", "summary", "summary", help);
    }

    private void head(String family, String end, String type, String openType, String help) {
        hold();
        suffix = end;
        boolean open = format == Format.OPENMETRICS;
        name = family;
        String told = open ? family : family + end;
        String text = help.replace("\\", "\\\\").replace("\n", "\\n");
        lines.append("# TYPE ").append(told).append(' ').append(open ? openType : type);
        lines.append('\n');
        if (open && (family.endsWith("_seconds") || family.endsWith("_bytes"))) {
            lines.append("# UNIT ").append(told).append(' ');
            lines.append(family, family.lastIndexOf('_') + 1, family.length()).append('\n');
        }
        lines.append("# HELP ").append(told).append(' ');
        lines.append(open ? text.replace("\"", "\\\"") : text).append('\n');
    }

    /** The one value of what was begun last. */
    void value(double value) {
        value(Labels.NONE, value);
    }

    /** A value of what was begun last. */
    void value(Labels labels, double value) {
        part(suffix, labels, value);
    }

    /** A count and a sum. */
    void sum(Labels labels, long count, double sum) {
        part("_count", labels, count);
        part("_sum", labels, sum);
    }

    /**
     * A histogram.
     *
     * @param upTo how many values there were up to each of some bounds, rising
     * @param count of all
     * @param sum of all
     */
    void buckets(Labels labels, Map<Double, Long> upTo, long count, double sum) {
        upTo.forEach((bound, below) -> part("_bucket", labels.and("le", bound(bound)), below));
        part("_bucket", labels.and("le", "+Inf"), count);
        part("_count", labels, count);
        part("_sum", labels, sum);
    }

    /** A number with a point and without an exponent, whoever writes it. */
    private static String bound(double bound) {
        String plain = BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
        return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }

    private void part(String end, Labels labels, double value) {
        lines.append(name).append(end).append('{').append(server.and(labels)).append("} ");
        lines.append(number(value)).append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) <= EXACT
                ? Long.toString((long) value)
                : BigDecimal.valueOf(value).toPlainString();
    }

    private void hold() {
        AnswerMemory.hold(lines.length() - heldChars);
        heldChars = lines.length();
    }

    Reply reply() {
        if (format == Format.OPENMETRICS) {
            lines.append("# EOF\n");
        }
        hold();
        AnswerMemory.hold(lines.length());
        return new Reply(200, format.kind, lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
