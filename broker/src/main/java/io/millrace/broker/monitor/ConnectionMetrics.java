package io.millrace.broker.monitor;

import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.routing.view.ClientSnapshot;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What Prometheus reads of connections, called as the exporter calls it: sums of all that are
 * connected, and series of those that do most and of those that keep most waiting. What the others
 * have is what the sums have more.
 */
final class ConnectionMetrics {
    /** Connections that have series of their own because they do most. */
    static final int BUSIEST = 90;

    /** The same because most bytes wait for them. */
    static final int MOST_PENDING = 10;

    /** Of those, so many whose subscriptions may have series. */
    private static final int RECEIVERS = 10;

    private static final double NS_PER_US = 1e3;

    private static final Comparator<ClientSnapshot> BY_CID =
            Comparator.comparingLong(ClientSnapshot::cid);

    private static final Comparator<ClientSnapshot> BY_MESSAGES =
            Comparator.comparingLong((ClientSnapshot each) -> each.traffic().messages())
                    .reversed()
                    .thenComparing(BY_CID);

    private static final Comparator<ClientSnapshot> BY_PENDING =
            Comparator.comparingLong(ClientSnapshot::pendingBytes).reversed().thenComparing(BY_CID);

    private final Moment now = Moment.now();
    private final Ranked busiest = new Ranked(BY_MESSAGES, Page.of(0, BUSIEST));
    private final Ranked pending = new Ranked(BY_PENDING, Page.of(0, MOST_PENDING));
    private final double[] sums = new double[Number.values().length];
    private long count;

    /** A number of a connection. */
    private enum Number {
        PENDING_BYTES(ClientSnapshot::pendingBytes),
        SUBSCRIPTIONS(ClientSnapshot::subscriptions),
        IN_BYTES(each -> each.traffic().inBytes()),
        OUT_BYTES(each -> each.traffic().outBytes()),
        IN_MSGS(each -> each.traffic().inMessages()),
        OUT_MSGS(each -> each.traffic().outMessages());

        private final ToDoubleFunction<ClientSnapshot> of;

        Number(ToDoubleFunction<ClientSnapshot> of) {
            this.of = of;
        }

        boolean isCounter() {
            return ordinal() >= IN_BYTES.ordinal();
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private ConnectionMetrics() {}

    /** Looks at all connections. */
    static ConnectionMetrics of(Snapshots snapshots)
            throws InterruptedException, BadQueryException {
        ConnectionMetrics found = new ConnectionMetrics();
        snapshots.eachOpen("", found.now, found::consider);
        return found;
    }

    private void consider(ClientSnapshot client) throws BadQueryException {
        count++;
        for (Number number : Number.values()) {
            sums[number.ordinal()] += number.of.applyAsDouble(client);
        }
        busiest.add(client);
        if (client.pendingBytes() > 0) {
            pending.add(client);
        }
    }

    /** Those that have series; some are among both. */
    private List<ClientSnapshot> shown() {
        return Stream.concat(busiest.page().stream(), pending.page().stream()).toList();
    }

    /** The numbers of those connections that got most messages of those that did most. */
    long[] receivers() {
        return busiest.page().stream()
                .filter(each -> each.subscriptions() > 0)
                .sorted(
                        Comparator.comparingLong(
                                        (ClientSnapshot each) -> each.traffic().outMessages())
                                .reversed()
                                .thenComparing(BY_CID))
                .limit(RECEIVERS)
                .mapToLong(ClientSnapshot::cid)
                .toArray();
    }

    void write(MetricsText text, ExporterNames names) {
        gauge(text, names, "num_connections", count);
        gauge(text, names, "total", count);
        gauge(text, names, "offset", 0);
        gauge(text, names, "limit", BUSIEST + MOST_PENDING);
        ExportedSeries<ClientSnapshot> shown =
                ExportedSeries.of(text, names.of("connz_"), shown(), ConnectionMetrics::labels);
        for (Number number : Number.values()) {
            String name = names.of("connz_" + number.text());
            if (number.isCounter()) {
                text.misnamedCounter(name, number.text());
            } else {
                text.gauge(name, number.text());
            }
            text.value(sums[number.ordinal()]);
            shown.values(number.of);
        }
        shown.gauge("start", "Since when, in ms", each -> each.started().toEpochMilli());
        shown.gauge(
                "last_activity",
                "When it did something, in ms",
                each -> each.lastActivity().toEpochMilli());
        shown.gauge("rtt", "Round trip in µs", each -> each.rttNs() / NS_PER_US);
        shown.gauge(
                "uptime",
                "How long it is connected, in ms",
                each -> Duration.between(each.started(), now.wallTime()).toMillis());
        shown.gauge(
                "idle",
                "How long it has done nothing, in ms",
                each -> Duration.between(each.lastActivity(), now.wallTime()).toMillis());
    }

    private static void gauge(MetricsText text, ExporterNames names, String name, double value) {
        text.gauge(names.of("connz_" + name), name);
        text.value(value);
    }

    private static Labels labels(ClientSnapshot client) {
        TlsSession tls = client.tls();
        return Labels.of("cid", String.valueOf(client.cid()))
                .and("kind", client.kind().text())
                .and("type", client.type())
                .and("ip", client.ip())
                .and("port", String.valueOf(client.port()))
                .and("name", client.name())
                .and("name_tag", client.account())
                .and("account", client.account())
                .and("account_id", client.account())
                .and("lang", client.lang())
                .and("version", client.version())
                .and("tls_version", tls == null ? "" : tls.version())
                .and("tls_cipher_suite", tls == null ? "" : tls.cipherSuite());
    }
}
