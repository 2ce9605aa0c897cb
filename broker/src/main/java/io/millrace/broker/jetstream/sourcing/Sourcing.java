package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.api.OriginInfo;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.stream.Alarm;
import io.millrace.broker.jetstream.stream.OriginName;
import io.millrace.broker.jetstream.stream.Stream;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that a stream copies: from the stream that it mirrors, or from its sources. Shard thread;
 * lives as long as the stream may copy.
 */
public final class Sourcing {
    private final Stream stream;
    private final Wire wire;
    private final CopyPlace place;
    private final Alarm alarm;
    private final CopyNames names;

    private @Nullable StreamSource mirrored;
    private @Nullable Copying mirror;
    private List<StreamSource> configured = List.of();
    private Map<OriginName, Source> sources = new LinkedHashMap<>();

    private record Source(SourceTaker taker, Copying copying) {}

    /** Begins what the stream's configuration asks for. */
    public Sourcing(Stream stream, Wire wire, CopyPlace place, Alarm alarm, long nowNs) {
        this.stream = stream;
        this.wire = wire;
        this.place = place;
        this.alarm = alarm;
        names = new CopyNames(stream.config().name(), place);
        configured(nowNs);
    }

    /** Whether a stream is one that copies. */
    public static boolean isFor(StreamConfig config) {
        return config.mirror() != null || !config.sources().isEmpty();
    }

    // --- configuration

    /** The stream is configured otherwise: what isn't needed any more ends, what is new begins. */
    public void configured(long nowNs) {
        StreamConfig config = stream.config();
        mirrors(config.mirror(), nowNs);
        List<StreamSource> before = configured;
        configured = config.sources();
        Map<OriginName, Source> now = new LinkedHashMap<>();
        for (StreamSource each : configured) {
            OriginName name = OriginName.of(each);
            Source there = sources.remove(name);
            if (there == null) {
                there = source(each, nowNs);
            } else {
                there.taker.use(each);
            }
            now.put(name, there);
        }
        sources.values().forEach(each -> each.copying.end());
        sources = now;
        deleteConsumers(before, configured);
    }

    private void mirrors(@Nullable StreamSource now, long nowNs) {
        if (mirror != null && now == null) {
            mirror.end();
            deleteMirrorConsumer();
            mirror = null;
        } else if (mirror == null && now != null) {
            mirror = copying(new MirrorTaker(stream, now, names), nowNs);
        }
        mirrored = now;
    }

    private Source source(StreamSource source, long nowNs) {
        SourceTaker taker = new SourceTaker(stream, source, names);
        return new Source(taker, copying(taker, nowNs));
    }

    private Copying copying(Taker taker, long nowNs) {
        return new Copying(taker, stream.config().name(), wire, place, alarm, nowNs);
    }

    /** Has the origins forget the consumers that were asked for. */
    private void deleteConsumers(List<StreamSource> before, List<StreamSource> now) {
        Set<String> needed = new HashSet<>();
        for (StreamSource each : now) {
            if (each.consumer() == null) {
                needed.add(deletion(each, now).subject());
            }
        }
        for (StreamSource each : before) {
            ConsumerRequest deletion = deletion(each, before);
            if (each.consumer() == null && needed.add(deletion.subject())) {
                ask(deletion);
            }
        }
    }

    private ConsumerRequest deletion(StreamSource source, List<StreamSource> all) {
        return ConsumerRequest.delete(source, names.source(source, all));
    }

    private void deleteMirrorConsumer() {
        if (mirrored != null && mirrored.consumer() == null) {
            ask(ConsumerRequest.delete(mirrored, names.mirror()));
        }
    }

    /** Sends a request whose answer nobody waits for: such a consumer goes by itself, too. */
    private void ask(ConsumerRequest request) {
        wire.ask(request.subject(), place.subject("$JSC.R"), request.headers(), request.body());
    }

    // --- time

    /** Does what is due; when to poll again, since the epoch. */
    public long poll(long nowNs) {
        long dueNs = mirror == null ? Long.MAX_VALUE : mirror.poll(nowNs);
        for (Source each : sources.values()) {
            dueNs = Math.min(dueNs, each.copying.poll(nowNs));
        }
        return dueNs;
    }

    /** Nothing is copied any more; origins may keep consumers for a while. */
    public void stop() {
        if (mirror != null) {
            mirror.end();
        }
        sources.values().forEach(each -> each.copying.end());
    }

    /** The same, since the stream is gone: origins forget it at once. */
    public void deleted() {
        stop();
        if (mirror != null) {
            deleteMirrorConsumer();
        }
        deleteConsumers(configured, List.of());
    }

    // --- what it looks like

    /** Whether it is a mirror that had almost all once, so that it may answer for its origin. */
    public boolean isCaughtUp() {
        return mirror != null && mirror.isCaughtUp();
    }

    /** How the mirror fares; null if the stream is none. */
    public @Nullable OriginInfo mirror(long nowNs) {
        return mirror == null ? null : mirror.info(0, nowNs);
    }

    /** How each source fares, in the order of the configuration. */
    public List<OriginInfo> sources(long nowNs) {
        List<OriginInfo> all = new ArrayList<>();
        for (Source each : sources.values()) {
            all.add(each.copying.info(each.taker.kept(), nowNs));
        }
        return all;
    }
}
