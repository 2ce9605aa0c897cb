package io.millrace.broker.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.broker.NatsServer;
import io.millrace.broker.ServerStats;
import io.millrace.broker.latency.Latency;
import io.millrace.broker.latency.Stage;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Meters of what a server does, {@code nats.server.…}. The server is asked once a second at most,
 * however many meters there are; one that is closed shows what it had at last, and that nobody is
 * connected.
 *
 * <p>The meters hold on to this and to the server until {@link #close} takes them out of their
 * registry. Threads may share it.
 */
public final class NatsServerMetrics implements MeterBinder, AutoCloseable {
    private static final String PREFIX = "nats.server.";
    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(1);

    private final NatsServer server;
    private final Tags tags;
    private final List<Binding> bound = new ArrayList<>();
    private ServerStats stats;
    private long askedNs = System.nanoTime();

    /**
     * Makes them with the tag {@code server}, which is the server's name.
     *
     * @throws IllegalStateException if it is closed
     */
    public NatsServerMetrics(NatsServer server) {
        this(server, Tags.of("server", server.name()));
    }

    /**
     * Makes them.
     *
     * @param tags of each meter. They have to tell servers of one registry apart: of meters with
     *     the same names and tags, a registry keeps the first
     * @throws IllegalStateException if the server is closed
     */
    public NatsServerMetrics(NatsServer server, Iterable<Tag> tags) {
        this.server = server;
        this.tags = Tags.of(tags);
        stats = server.stats();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        List<Meter> before = registry.getMeters();
        Binding binding = new Binding(registry);
        binding.all();
        // What is another server's stays there when this one's are taken out.
        binding.meters.removeAll(before);
        synchronized (this) {
            bound.add(binding);
        }
    }

    /** Takes the meters out of the registries that they are in. */
    @Override
    public synchronized void close() {
        bound.forEach(Binding::undo);
        bound.clear();
    }

    private synchronized ServerStats now() {
        if (System.nanoTime() - askedNs > FRESH_NS) {
            try {
                stats = server.stats();
            } catch (IllegalStateException e) {
                // It is closed, or has no time to answer.
            }
            // Behind the answer: one that takes long is for all meters, too.
            askedNs = System.nanoTime();
        }
        return stats;
    }

    /**
     * The meters of a registry. That holds the object of a meter weakly, but not the function, so
     * it is the functions that keep all this.
     */
    private final class Binding {
        final List<Meter> meters = new ArrayList<>();
        private final MeterRegistry registry;

        Binding(MeterRegistry registry) {
            this.registry = registry;
        }

        void all() {
            present("connections", BaseUnits.CONNECTIONS, ServerStats::connections);
            present("subscriptions", "subscriptions", ServerStats::subscriptions);
            present("routes", "routes", ServerStats::routes);
            counter("connections.opened", null, ServerStats::totalConnections);
            counter("messages.in", BaseUnits.MESSAGES, ServerStats::inMessages);
            counter("messages.out", BaseUnits.MESSAGES, ServerStats::outMessages);
            counter("bytes.in", BaseUnits.BYTES, ServerStats::inBytes);
            counter("bytes.out", BaseUnits.BYTES, ServerStats::outBytes);
            counter("slow.consumers", null, ServerStats::slowConsumers);
            counter("stalls", null, ServerStats::stalls);
            duration("uptime", tags, ServerStats::uptime);
            for (Stage stage : Stage.values()) {
                latency(stage);
            }
        }

        void undo() {
            meters.forEach(registry::remove);
        }

        /** What there is now; nothing when the server is closed. */
        private void present(String name, String unit, ToDoubleFunction<ServerStats> value) {
            meters.add(
                    Gauge.builder(
                                    PREFIX + name,
                                    server,
                                    its -> its.isClosed() ? 0 : value.applyAsDouble(now()))
                            .baseUnit(unit)
                            .tags(tags)
                            .register(registry));
        }

        private void counter(
                String name, @Nullable String unit, ToDoubleFunction<ServerStats> value) {
            meters.add(
                    FunctionCounter.builder(PREFIX + name, server, _ -> value.applyAsDouble(now()))
                            .baseUnit(unit)
                            .tags(tags)
                            .register(registry));
        }

        /** How often and how long in all; and how long most of them at most, since the start. */
        private void latency(Stage stage) {
            Tags named = tags.and("stage", stage.text());
            meters.add(
                    FunctionTimer.builder(
                                    PREFIX + "latency",
                                    server,
                                    _ -> of(now(), stage).count(),
                                    _ -> of(now(), stage).total().toNanos(),
                                    TimeUnit.NANOSECONDS)
                            .tags(named)
                            .register(registry));
            String percentile = "latency.percentile";
            duration(percentile, named.and("phi", "0.5"), all -> of(all, stage).median());
            duration(percentile, named.and("phi", "0.99"), all -> of(all, stage).p99());
            duration(percentile, named.and("phi", "0.999"), all -> of(all, stage).p999());
            duration("latency.max", named, all -> of(all, stage).max());
        }

        private void duration(String name, Tags named, Function<ServerStats, Duration> value) {
            meters.add(
                    TimeGauge.builder(
                                    PREFIX + name,
                                    server,
                                    TimeUnit.NANOSECONDS,
                                    _ -> value.apply(now()).toNanos())
                            .tags(named)
                            .register(registry));
        }
    }

    private static Latency of(ServerStats all, Stage stage) {
        return Objects.requireNonNull(all.latencies().get(stage));
    }
}
