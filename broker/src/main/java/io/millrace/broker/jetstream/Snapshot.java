package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.OriginInfo;
import io.millrace.broker.jetstream.config.AccountLimits;
import io.millrace.broker.jetstream.config.ExternalStream;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.json.JsonWriter;
import io.millrace.broker.jetstream.sourcing.Sourcing;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.view.AccountView;
import io.millrace.broker.jetstream.view.ApiCalls;
import io.millrace.broker.jetstream.view.Buckets;
import io.millrace.broker.jetstream.view.Busiest;
import io.millrace.broker.jetstream.view.ConsumerView;
import io.millrace.broker.jetstream.view.CopiesView;
import io.millrace.broker.jetstream.view.CopyView;
import io.millrace.broker.jetstream.view.Detail;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.LogView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.jetstream.view.Part;
import io.millrace.broker.jetstream.view.StreamBounds;
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

/**
 * What JetStream looks like to whoever monitors it, put together some streams and consumers at a
 * time: each of them as it is then. Shard thread.
 */
final class Snapshot implements Questions.Work<JetStreamView> {
    /** Consumers that are looked at in one part; messages wait so long. */
    private static final int AT_ONCE = 256;

    /** A stream counts as so many: its first message may have to come from the disk. */
    private static final int STREAM_COSTS = 4;

    private static final double NS_PER_S = 1e9;

    private final Shard shard;
    private final ApiFacts facts;
    private final JetStreamPlace place;
    private final Look look;
    private final Ranking ranking;

    /** Whether only one account's streams are listed. */
    private final boolean isOfOne;

    private final List<AccountView> accounts = new ArrayList<>();

    private @Nullable Iterator<String> names;
    private Tenant tenant;
    private boolean isListed;
    private Iterator<StreamHandle> left;
    private List<StreamView> streams = List.of();

    /** Through the consumers of a stream; null if none are looked at. */
    private @Nullable ConsumerWalk walk;

    /** When this part began, since the epoch. */
    private long nowNs;

    private List<ConsumerView> consumersOfOne = List.of();
    private long delivered;

    private int listedConsumers;
    private boolean isCut;
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
    Snapshot(Shard shard, ApiFacts facts, JetStreamPlace place, Look look) {
        this.shard = shard;
        this.facts = facts;
        this.place = place;
        this.look = look;
        ranking = new Ranking(look.top());
        isOfOne = place.accounts().contains(look.part().account());
    }

    @Override
    public @Nullable JetStreamView step() {
        Iterator<String> its = names;
        if (its == null) {
            its = place.accounts().iterator();
            names = its;
            left = List.<StreamHandle>of().iterator();
        }
        nowNs = shard.nowNs();
        int cost = 0;
        while (cost < AT_ONCE && !isCut) {
            if (walk != null) {
                consumer(walk);
                cost++;
            } else if (left.hasNext()) {
                begin(left.next());
                cost += STREAM_COSTS;
            } else {
                endAccount();
                if (!its.hasNext()) {
                    return view();
                }
                begin(its.next());
                cost += STREAM_COSTS;
            }
        }
        return isCut ? view() : null;
    }

    // --- accounts

    private void begin(String account) {
        Tenant next = shard.tenant(account);
        AccountLimits limits = facts.accounts().apply(account);
        if (limits != null) {
            next.limit(limits);
        }
        tenant = next;
        isListed = look.detail() != Detail.TOTALS && isListed(account);
        // Streams may come and go before the next part.
        left = List.copyOf(next.streams()).iterator();
        streams = new ArrayList<>();
        streamCount += next.streams().size();
        memoryBytes += next.usage.bytes(true);
        storeBytes += next.usage.bytes(false);
        requests += next.requests;
        errors += next.errors;
    }

    private boolean isListed(String account) {
        Part part = look.part();
        return isOfOne ? account.equals(part.account()) : part.hasPlace(accounts.size());
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

    // --- streams

    private void begin(StreamHandle handle) {
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
        consumersOfOne = new ArrayList<>();
        delivered = 0;
        if (look.top().isWanted() || listsConsumers(handle)) {
            walk = new ConsumerWalk(handle);
            return;
        }
        ConsumerHandle one = handle.consumers().byName(look.part().consumer());
        if (one != null) {
            consumersOfOne.add(ConsumerViews.of(one, nowNs));
        }
        end(handle);
    }

    private boolean isListed(StreamHandle handle) {
        return isListed && look.part().hasStream(handle.name());
    }

    private boolean listsConsumers(StreamHandle handle) {
        return look.detail() == Detail.CONSUMERS && !isCut && isListed(handle);
    }

    /** The next one of a stream's. */
    private void consumer(ConsumerWalk its) {
        StreamHandle handle = its.stream();
        ConsumerHandle next = its.next();
        if (next == null) {
            walk = null;
            if (!handle.isGone()) {
                end(handle);
            }
            return;
        }
        if (look.top().isWanted()) {
            ranking.consider(next, nowNs);
            delivered += next.consumer().deliveries();
        }
        if (listsConsumers(handle)) {
            isCut = listedConsumers == JetStreamView.MOST_CONSUMERS;
            if (!isCut) {
                listedConsumers++;
                consumersOfOne.add(ConsumerViews.of(next, nowNs));
            }
        }
    }

    private void end(StreamHandle handle) {
        if (look.top().isWanted()) {
            ranking.consider(handle, delivered);
        }
        if (isListed(handle)) {
            streams.add(view(handle, delivered, consumersOfOne));
        }
    }

    private StreamView view(StreamHandle handle, long sent, List<ConsumerView> its) {
        StreamConfig config = handle.stream().config();
        Messages messagesOfOne = handle.stream().messages();
        boolean withTimes = look.detail().compareTo(Detail.TIMES) >= 0;
        return new StreamView(
                config.name(),
                time(handle.stream().createdNs()),
                () -> new String(StoredConfig.write(config), StandardCharsets.UTF_8),
                new StreamBounds(config.maxMsgs(), config.maxBytes()),
                new StreamState(
                        messagesOfOne.count(),
                        messagesOfOne.bytes(),
                        messagesOfOne.firstSequence(),
                        time(withTimes ? messagesOfOne.firstTimeNs() : 0),
                        messagesOfOne.lastSequence(),
                        time(messagesOfOne.lastTimeNs()),
                        messagesOfOne.index().subjects(),
                        messagesOfOne.missing(),
                        handle.consumers().countMade()),
                copies(handle.sourcing),
                sent,
                its,
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
                mirror == null ? List.of() : List.of(copy(mirror)),
                sources.stream().map(Snapshot::copy).toList());
    }

    private static CopyView copy(OriginInfo info) {
        ExternalStream external = info.external();
        return new CopyView(
                info.name(),
                external == null ? "" : external.api(),
                external == null ? "" : external.deliver(),
                info.lag(),
                info.activeNs(),
                () -> json(info));
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
                List.copyOf(accounts),
                look.top().isWanted()
                        ? ranking.found((handle, sent) -> view(handle, sent, List.of()), nowNs)
                        : Busiest.NONE,
                isCut);
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
