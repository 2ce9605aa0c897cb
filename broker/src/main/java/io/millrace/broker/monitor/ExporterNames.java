package io.millrace.broker.monitor;

import java.util.regex.Pattern;

/**
 * What numbers are called that prometheus-nats-exporter has, too. It begins them with a prefix that
 * whoever starts it chooses; the Helm chart, and the dashboards made for it, with {@code nats}.
 * With {@code gnatsd} they are called as by an exporter that was told nothing.
 */
record ExporterNames(String prefix) {
    static final String USUAL = "nats";

    private static final String UNTOLD = "gnatsd";
    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_]{0,31}");

    /** As a request wants it. */
    static ExporterNames of(Query query) throws BadQueryException {
        String wanted = query.text("prefix");
        if (!wanted.isEmpty() && !PREFIX.matcher(wanted).matches()) {
            throw new BadQueryException("prefix must be letters, digits and _, 32 at most");
        }
        return new ExporterNames(wanted.isEmpty() ? USUAL : wanted);
    }

    /** A number of an endpoint, whose name it begins with. */
    String of(String number) {
        return prefix + '_' + number;
    }

    /** A number of JetStream. */
    String ofJetStream(String number) {
        return (prefix.equals(UNTOLD) ? "jetstream" : prefix) + '_' + number;
    }
}
