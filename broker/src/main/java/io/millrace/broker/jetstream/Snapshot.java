package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.OriginInfo;
import io.millrace.broker.jetstream.config.AccountLimits;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.json.JsonWriter;
import io.millrace.broker.jetstream.sourcing.Sourcing;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.view.AccountView;
import io.millrace.broker.jetstream.view.ApiCalls;
import io.millrace.broker.jetstream.view.Buckets;
import io.millrace.broker.jetstream.view.CopiesView;
import io.millrace.broker.jetstream.view.Detail;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.LogView;
import io.millrace.broker.jetstream.view.StreamState;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.broker.jetstream.view.Totals;
import io.millrace.broker.store.log.LogMeasures;
import io.millrace.broker.store.log.Tally;
import io.millrace.broker.store.log.WriteAheadLog;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What JetStream looks like to whoever monitors it, put together some streams at a time: each of
 * them as it is then. Shard thread.
 */
final class Snapshot implements Questions.Work<JetStreamView> {
    /** The first message of each has to be looked at, which may have to come from the disk. */
    private static final int STREAMS_AT_ONCE = 128;

    private static final double NS_PER_S = 1e9;

    private final Shard shard;
    private final ApiFacts facts;
    private final JetStreamPlace place;
    private final Detail detail;
    private final List<AccountView> accounts = new ArrayList<>();

    private @Nullable Iterator<String> names;
    private Tenant tenant;
    private Iterator<StreamHandle> left;
    private List<StreamView> streams = List.of();

    private int streamCount;
    private int consumers;
    private long messages;
    private long bytes;
    private long memoryBytes;
    private long storeBytes;
    private long reservedMemory;
    private long reservedStore;
    private long requests;
    private long errors;

    /** Made on any thread. */
    @SuppressWarnings("NullAway.Init")
    Snapshot(Shard shard, ApiFacts facts, JetStreamPlace place, Detail detail) {
        this.shard = shard;
        this.facts = facts;
        this.place = place;
        this.detail = detail;
    }

    @Override
    public @Nullable JetStreamView step() {
        Iterator<String> its = names;
        if (its == null) {
            its = place.accounts().iterator();
            names = its;
            left = List.<StreamHandle>of().iterator();
        }
        for (int i = 0; i < STREAMS_AT_ONCE; i++) {
            if (left.hasNext()) {
                stream(left.next());
            } else {
                endAccount();
                if (!its.hasNext()) {
                    return view();
                }
                begin(its.next());
            }
        }
        return null;
    }

    private void begin(String account) {
        Tenant next = shard.tenant(account);
        AccountLimits limits = facts.accounts().apply(account);
        if (limits != null) {
            next.limit(limits);
        }
        tenant = next;
        // Streams may come and go before the next part.
        left = List.copyOf(next.streams()).iterator();
        streams = new ArrayList<>();
        streamCount += next.streams().size();
        memoryBytes += next.usage.bytes(true);
        storeBytes += next.usage.bytes(false);
        requests += next.requests;
        errors += next.errors;
    }

    private void endAccount() {
        if (tenant == null) {
            return;
        }
        AccountLimits limits = tenant.limits();
        accounts.add(
                new AccountView(
                        tenant.account,
                        new io.millrace.broker.jetstream.view.Usage(
                                tenant.usage.bytes(true),
                                tenant.usage.bytes(false),
                                limits.maxMemory(),
                                limits.maxStore()),
                        new ApiCalls(tenant.requests, tenant.errors, 0),
                        streams));
        tenant = null;
    }

    private void stream(StreamHandle handle) {
        if (handle.isGone()) {
            return;
        }
        Messages its = handle.stream().messages();
        consumers += handle.consumers().countMade();
        messages += its.count();
        bytes += its.bytes();
        long most = Math.max(0, handle.stream().config().maxBytes());
        reservedMemory += handle.memory ? most : 0;
        reservedStore += handle.memory ? 0 : most;
        if (detail != Detail.TOTALS) {
            streams.add(view(handle));
        }
    }

    private StreamView view(StreamHandle handle) {
        StreamConfig config = handle.stream().config();
        Messages its = handle.stream().messages();
        return new StreamView(
                config.name(),
                time(handle.stream().createdNs()),
                () -> new String(StoredConfig.write(config), StandardCharsets.UTF_8),
                new StreamState(
                        its.count(),
                        its.bytes(),
                        its.firstSequence(),
                        time(detail == Detail.TIMES ? its.firstTimeNs() : 0),
                        its.lastSequence(),
                        time(its.lastTimeNs()),
                        its.index().subjects(),
                        its.missing(),
                        handle.consumers().countMade()),
                copies(handle.sourcing),
                Optional.empty());
    }

    private CopiesView copies(@Nullable Sourcing copies) {
        if (copies == null) {
            return CopiesView.NONE;
        }
        long nowNs = shard.nowNs();
        OriginInfo mirror = copies.mirror(nowNs);
        List<OriginInfo> sources = copies.sources(nowNs);
        return new CopiesView(
                mirror == null ? "" : json(mirror),
                sources.isEmpty()
                        ? ""
                        : sources.stream()
                                .map(Snapshot::json)
                                .collect(Collectors.joining(",", "[", "]")));
    }

    private static String json(OriginInfo info) {
        JsonWriter out = new JsonWriter();
        info.write(out);
        return new String(out.finish(), StandardCharsets.UTF_8);
    }

    private static Instant time(long ns) {
        return ns == 0 ? StreamState.NEVER : Instant.ofEpochSecond(0, ns);
    }

    private JetStreamView view() {
        return new JetStreamView(
                shard.usage().maxBytes(true),
                shard.usage().maxBytes(false),
                place.folder(),
                place.apiLevel(),
                new io.millrace.broker.jetstream.view.Usage(
                        memoryBytes, storeBytes, reservedMemory, reservedStore),
                new ApiCalls(requests, errors, 0),
                new Totals(accounts.size(), streamCount, consumers, messages, bytes),
                view(shard.log(), shard.fault()),
                List.copyOf(accounts));
    }

    private static LogView view(WriteAheadLog log, Optional<String> fault) {
        LogMeasures measures = log.measures();
        return new LogView(
                log.appended(),
                log.written(),
                log.durable(),
                log.oldest(),
                buckets(measures.syncNs(), NS_PER_S),
                buckets(measures.batchRecords(), 1),
                buckets(measures.batchBytes(), 1),
                fault);
    }

    private static Buckets buckets(Tally tally, double unit) {
        return new Buckets(
                Arrays.stream(tally.bounds()).mapToObj(each -> each / unit).toList(),
                Arrays.stream(tally.counts()).boxed().toList(),
                tally.sum() / unit);
    }
}
