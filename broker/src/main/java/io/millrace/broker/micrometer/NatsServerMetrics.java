package io.millrace.broker.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.broker.NatsServer;
import io.millrace.broker.ServerStats;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Meters of what a server does, {@code nats.server.…}. The server is asked once a second at most,
 * however many meters there are; a server that is closed shows what it had at last.
 */
public final class NatsServerMetrics implements MeterBinder {
    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(1);

    private final NatsServer server;
    private final List<Tag> tags;
    private ServerStats stats;
    private long askedNs = System.nanoTime();

    /**
     * Makes them.
     *
     * @param tags of each meter, to tell servers apart
     */
    public NatsServerMetrics(NatsServer server, List<Tag> tags) {
        this.server = server;
        this.tags = List.copyOf(tags);
        stats = server.stats();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "connections", "clients", ServerStats::connections);
        gauge(registry, "subscriptions", "subscriptions", ServerStats::subscriptions);
        gauge(registry, "routes", "routes", ServerStats::routes);
        counter(registry, "connections.total", "connections", ServerStats::totalConnections);
        counter(registry, "messages.in", "messages", ServerStats::inMessages);
        counter(registry, "messages.out", "messages", ServerStats::outMessages);
        counter(registry, "bytes.in", "bytes", ServerStats::inBytes);
        counter(registry, "bytes.out", "bytes", ServerStats::outBytes);
        counter(registry, "slow.consumers", "consumers", ServerStats::slowConsumers);
        counter(registry, "stalls", "stalls", ServerStats::stalls);
    }

    private void gauge(
            MeterRegistry registry, String name, String unit, ToDoubleFunction<ServerStats> value) {
        Gauge.builder("nats.server." + name, this, its -> value.applyAsDouble(its.now()))
                .baseUnit(unit)
                .tags(tags)
                .register(registry);
    }

    private void counter(
            MeterRegistry registry, String name, String unit, ToDoubleFunction<ServerStats> value) {
        FunctionCounter.builder("nats.server." + name, this, its -> value.applyAsDouble(its.now()))
                .baseUnit(unit)
                .tags(tags)
                .register(registry);
    }

    private synchronized ServerStats now() {
        long ns = System.nanoTime();
        if (ns - askedNs > FRESH_NS) {
            askedNs = ns;
            try {
                stats = server.stats();
            } catch (IllegalStateException e) {
                // It is closed, or has no time to answer.
            }
        }
        return stats;
    }
}
