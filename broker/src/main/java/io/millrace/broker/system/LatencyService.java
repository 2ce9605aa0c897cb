package io.millrace.broker.system;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.BadQueryException;
import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.routing.crossing.LatencySample;
import io.millrace.broker.service.Service;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;
import io.millrace.protocol.NodeHash;
import io.millrace.protocol.RequestInfo;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/**
 * Tells accounts how long it takes them to answer requests of others. Where the answer came from
 * another server, that one tells its half in the system account, and both are told as one.
 */
public final class LatencyService implements Service {
    private static final byte[] NOTHING = {};
    private static final String TYPE = "io.nats.server.metric.v1.service_latency";
    private static final String HALVES = "$SYS.LATENCY.M2.";

    /** The other half has come by then, or won't. */
    private static final long HALF_NS = TimeUnit.SECONDS.toNanos(10);

    private static final int MAX_HALVES = 4096;

    /** What halves may take up on the heap. */
    private static final int MAX_HALVES_BYTES = 4 * 1024 * 1024;

    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long NEVER_NS = TimeUnit.HOURS.toNanos(1);

    private final LatencySamples samples;
    private final String systemAccount;
    private final String server;
    private final ServerLog log;
    private final InstantSource clock;
    private final EventIds ids = new EventIds();
    private @Nullable ServicePort port;
    private long nowNs;
    private long dropped;

    /** By the subject of the answer: what has come first of the two halves. */
    private final SequencedMap<String, Half> halves = new LinkedHashMap<>();

    private int halvesBytes;

    private record Half(@Nullable LatencySample sample, @Nullable Measured measured, long sinceNs) {
        int bytes() {
            return (sample == null ? 0 : sample.bytes())
                    + (measured == null ? 0 : measured.bytes());
        }
    }

    /**
     * Makes one.
     *
     * @param server this one's name
     * @param clock the time of day
     */
    public LatencyService(
            LatencySamples samples,
            String systemAccount,
            String server,
            ServerLog log,
            InstantSource clock) {
        this.samples = samples;
        this.systemAccount = systemAccount;
        this.server = server;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public void start(ServicePort newPort) {
        port = newPort;
        nowNs = System.nanoTime();
        newPort.subscribe(systemAccount, HALVES + NodeHash.of(server));
    }

    @Override
    public boolean isWaiting() {
        return !samples.isEmpty();
    }

    @Override
    public void onMessage(ServiceMessage message) {
        Measured measured = Measured.read(message.payload());
        if (measured == null) {
            log.debug("A latency of another server makes no sense");
            return;
        }
        Half other = taken(measured.request());
        if (other != null && other.sample != null) {
            tell(other.sample, measured);
        } else {
            keep(measured.request(), new Half(null, measured, nowNs));
        }
    }

    @Override
    public long onPoll(long now) {
        nowNs = now;
        for (LatencySamples.Told told = samples.poll(); told != null; told = samples.poll()) {
            take(told);
        }
        while (!halves.isEmpty() && now - halves.firstEntry().getValue().sinceNs > HALF_NS) {
            halvesBytes -= halves.pollFirstEntry().getValue().bytes();
        }
        if (samples.dropped() != dropped) {
            log.warn("Latency samples dropped: " + (samples.dropped() - dropped));
            dropped = samples.dropped();
        }
        return now + (halves.isEmpty() ? NEVER_NS : LOOK_NS);
    }

    private void take(LatencySamples.Told told) {
        LatencySample sample = told.sample();
        if (told.measured()) {
            tellHalf(sample);
        } else if (sample.half()) {
            Half other = taken(sample.request());
            if (other != null && other.measured != null) {
                tell(sample, other.measured);
            } else {
                keep(sample.request(), new Half(sample, null, nowNs));
            }
        } else {
            tell(sample, null);
        }
    }

    private void keep(String request, Half half) {
        halves.putLast(request, half);
        halvesBytes += half.bytes();
        while (halves.size() > MAX_HALVES || halvesBytes > MAX_HALVES_BYTES) {
            halvesBytes -= halves.pollFirstEntry().getValue().bytes();
        }
    }

    private @Nullable Half taken(String request) {
        Half half = halves.remove(request);
        if (half != null) {
            halvesBytes -= half.bytes();
        }
        return half;
    }

    private void tell(LatencySample sample, @Nullable Measured measured) {
        publish(
                sample.account(),
                sample.subject(),
                out -> {
                    out.field("type", TYPE)
                            .field("id", ids.next())
                            .field("timestamp", clock.instant());
                    write(out, sample, measured);
                });
    }

    /** As the reference, whose servers read it. */
    private void tellHalf(LatencySample sample) {
        String[] tokens = sample.request().split("\\.");
        publish(
                systemAccount,
                HALVES + tokens[Math.max(0, tokens.length - 2)],
                out ->
                        out.field("account", sample.account())
                                .field("req_id", sample.request())
                                .object("m2", half -> write(half, sample, null)));
    }

    private static void write(JsonOut out, LatencySample sample, @Nullable Measured measured)
            throws IOException {
        long serviceNs = measured == null ? sample.serviceNs() : measured.serviceNs();
        long systemNs =
                measured == null
                        ? sample.systemNs()
                        : Math.max(
                                0,
                                sample.serviceNs() - measured.serviceNs() - measured.responderNs());
        out.field("status", sample.status()).some("description", sample.error());
        write(out, "requestor", sample.requestor());
        if (measured == null) {
            write(out, "responder", sample.responder());
        } else if (!measured.responder().isEmpty()) {
            out.json("responder", measured.responder());
        }
        if (!sample.headers().isEmpty()) {
            out.object(
                    "header",
                    headers -> {
                        for (var each : sample.headers().entrySet()) {
                            headers.texts(each.getKey(), each.getValue());
                        }
                    });
        }
        out.field("start", sample.start())
                .field("service", serviceNs)
                .field("system", systemNs)
                .field("total", sample.totalNs());
    }

    private static void write(JsonOut out, String name, @Nullable RequestInfo who)
            throws IOException {
        if (who == null) {
            return;
        }
        out.object(
                name,
                fields -> {
                    if (who.start() != null) {
                        fields.field("start", who.start());
                    }
                    fields.some("host", who.host())
                            .some("id", who.id())
                            .some("acc", who.account())
                            .some("svc", who.service())
                            .some("user", who.user())
                            .some("name", who.name())
                            .some("lang", who.lang())
                            .some("ver", who.version())
                            .some("rtt", who.rttNs())
                            .some("server", who.server())
                            .some("cluster", who.cluster())
                            .some("name_tag", who.nameTag())
                            .some("kind", who.kind())
                            .some("client_type", who.clientType());
                });
    }

    private void publish(String account, String subject, JsonOut.Content fields) {
        ServicePort way = port;
        if (way == null) {
            return;
        }
        try {
            way.publish(account, subject, "", NOTHING, JsonOut.line(fields));
        } catch (BadQueryException e) {
            // It is a few lines.
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
