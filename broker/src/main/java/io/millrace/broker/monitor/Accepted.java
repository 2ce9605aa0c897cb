package io.millrace.broker.monitor;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * The kinds of answers that somebody takes, as the header {@code Accept} has them; what makes no
 * sense in it is passed over.
 */
public final class Accepted {
    /** Nothing was said, so everything is taken alike. */
    static final Accepted ANYTHING = new Accepted("");

    /** Kinds that are looked at; Prometheus names five. */
    private static final int MAX_KINDS = 32;

    private final String header;

    private Accepted(String header) {
        this.header = header;
    }

    /**
     * Reads it.
     *
     * @param header may be anything; null if there is none
     */
    public static Accepted of(@Nullable String header) {
        return header == null ? ANYTHING : new Accepted(header);
    }

    /**
     * Whether it asks for a kind by its name, and wants it no less than another one.
     *
     * @param kind such as {@code text/plain}, in lower case
     * @param other of which the same holds
     */
    boolean prefers(String kind, String other) {
        double wanted = quality(kind);
        return wanted > 0 && wanted >= quality(other);
    }

    /** How much a kind is wanted, 0 to 1; 0 if it isn't named. */
    private double quality(String kind) {
        double best = 0;
        for (String each : header.split(",", MAX_KINDS + 1)) {
            String[] parts = each.toLowerCase(Locale.ROOT).split(";");
            if (parts.length > 0 && parts[0].strip().equals(kind)) {
                best = Math.max(best, quality(parts));
            }
        }
        return best;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.matches("q=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
                return Double.parseDouble(parameter.substring(2));
            }
        }
        return 1;
    }
}
