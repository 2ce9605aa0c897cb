package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.AccountLimits;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.sourcing.CopyPlace;
import io.millrace.broker.jetstream.sourcing.Sourcing;
import io.millrace.broker.jetstream.sourcing.Wire;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.ServiceTerms;
import io.millrace.broker.service.Service;
import io.millrace.broker.service.ServiceAccount;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * JetStream's place at the router: messages for streams and requests come in, answers go out. Its
 * thread is the shard's.
 */
public final class JetStreamService implements Service, ShardVoice {
    private static final String REQUESTS = "$JS.API.>";
    private static final long INBOX_BYTES = 64L * 1024 * 1024;

    private final ServerLog log;
    private final ServiceTerms terms;
    private final Questions questions;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Incoming incoming = new Incoming();

    /** Streams by the number of their subscription. */
    private final List<@Nullable StreamHandle> bySid = new ArrayList<>();

    /** What copies have subscribed to. */
    private final Hearers hearers = new Hearers();

    private final SplittableRandom random = new SplittableRandom();

    /** Accounts at the router, by the number of the tenant. */
    private final List<ServiceAccount> accounts = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Shard shard;

    @SuppressWarnings("NullAway.Init")
    private ApiFacts facts;

    @SuppressWarnings("NullAway.Init")
    private Api api;

    @SuppressWarnings("NullAway.Init")
    private Overload overload;

    @SuppressWarnings("NullAway.Init")
    private PubAcks acks;

    @SuppressWarnings("NullAway.Init")
    private Batching batching;

    @SuppressWarnings("NullAway.Init")
    private ConsumerMessages consumers;

    /** Subscriptions of what comes for consumers, and those of them for flow control. */
    private final BitSet listening = new BitSet();

    private final BitSet flowControl = new BitSet();

    @SuppressWarnings("NullAway.Init")
    private ServicePort port;

    private int requests;
    private volatile boolean ended;

    /**
     * Makes one; {@link #use} comes before it is started.
     *
     * @param maxBufferedBytes of messages that may wait for it
     * @param requestQueueLimit requests that may
     * @param bell wakes its thread; any thread
     */
    public JetStreamService(
            ServerLog log, long maxBufferedBytes, long requestQueueLimit, Runnable bell) {
        this.log = log;
        terms =
                new ServiceTerms(
                        Math.min(INBOX_BYTES, maxBufferedBytes),
                        Duration.ofMillis(100),
                        true,
                        requestQueueLimit,
                        true);
        questions = new Questions(bell);
    }

    /** Is about this shard; before it is started. */
    public void use(Shard newShard, ApiFacts facts) {
        shard = newShard;
        this.facts = facts;
        Audit audit = new Audit(newShard, facts);
        overload = new Overload(audit, this);
        api = new Api(newShard, facts, this, audit, overload);
        acks = new PubAcks(newShard);
        consumers = new ConsumerMessages(newShard, overload);
        batching = new Batching(newShard, acks, audit, facts.batches().get());
    }

    /** Waits until it has said what it wants to hear. */
    public void awaitReady() throws InterruptedException {
        ready.await();
    }

    @Override
    public String name() {
        return "jetstream";
    }

    @Override
    public ServiceTerms terms() {
        return terms;
    }

    @Override
    public void start(ServicePort newPort) {
        port = newPort;
        requests = port.subscribeToRequests(ServicePort.EVERY_ACCOUNT, REQUESTS);
        shard.begin();
        reload();
    }

    // --- what other threads ask

    /**
     * What JetStream looks like. Any thread but its own.
     *
     * @throws IllegalStateException if there is no answer in time, or it has ended
     */
    public JetStreamView view(JetStreamPlace place, Look look) throws InterruptedException {
        return questions.ask(new Snapshot(shard, facts, place, look));
    }

    /**
     * What the server and its accounts may have is to be looked at again; returns when it was. Any
     * thread but its own.
     *
     * @throws IllegalStateException if that isn't done in time, or it has ended
     */
    public void awaitReload() throws InterruptedException {
        questions.ask(
                () -> {
                    reload();
                    return true;
                });
    }

    private void reload() {
        shard.limit(facts.limits().get());
        batching.limit(facts.batches().get());
        for (Tenant tenant : shard.streams().tenants()) {
            AccountLimits limits = facts.accounts().apply(tenant.account);
            // What an account has that may have nothing any more stays, but gets no messages.
            tenant.limit(limits == null ? AccountLimits.NONE : limits);
            for (StreamHandle stream : tenant.streams()) {
                if (limits == null) {
                    unsubscribe(stream);
                    stopCopying(stream);
                } else {
                    if (stream.sids.isEmpty()) {
                        subscribe(stream);
                    }
                    copy(stream);
                }
            }
        }
    }

    // --- subscriptions

    /** Has an account's consumers get what comes for them. */
    void listen(Tenant tenant) {
        if (!tenant.listens) {
            tenant.listens = true;
            // With an acknowledgement may come a request.
            listening.set(port.subscribeToRequests(tenant.account, ConsumerMessages.ACKS));
            int sid = port.subscribe(tenant.account, ConsumerMessages.FLOW_CONTROL);
            listening.set(sid);
            flowControl.set(sid);
        }
    }

    /** Has a stream get the messages on its subjects. */
    void subscribe(StreamHandle stream) {
        if (stream.consumers().count() > 0) {
            listen(stream.tenant);
        }
        for (String subject : stream.stream().config().subjects()) {
            int sid = port.subscribe(stream.tenant.account, CopyWire.bytes(subject));
            while (bySid.size() <= sid) {
                bySid.add(null);
            }
            bySid.set(sid, stream);
            stream.sids.add(sid);
        }
    }

    /** A stream gets no more messages. */
    void unsubscribe(StreamHandle stream) {
        for (int sid : stream.sids) {
            port.unsubscribe(sid);
            bySid.set(sid, null);
        }
        stream.sids.clear();
    }

    /** Subscribes for something else than a stream; the number that messages for it carry. */
    int subscribe(Tenant tenant, String subject) {
        return port.subscribe(tenant.account, CopyWire.bytes(subject));
    }

    /** Ends that. */
    void unsubscribe(int sid) {
        port.unsubscribe(sid);
    }

    /**
     * Publishes in an account at once, whatever waits to be durable.
     *
     * @param subject its bytes taken for characters, as those of the reply
     * @return false if there is no room now
     */
    boolean publish(Tenant to, String subject, String reply, byte[] headers, byte[] payload) {
        return port.publish(to.account, subject, reply, headers, payload);
    }

    // --- copies

    /** Has a stream copy what it is configured to, which may be nothing. */
    void copy(StreamHandle stream) {
        if (stream.sourcing != null) {
            stream.sourcing.configured(shard.nowNs());
        } else if (Sourcing.isFor(stream.stream().config())) {
            stream.sourcing =
                    new Sourcing(
                            stream.stream(),
                            new CopyWire(port, shard, stream, hearers, log),
                            new CopyPlace(stream.tenant.account, facts.domain(), random),
                            stream,
                            shard.nowNs());
        }
    }

    private void stopCopying(StreamHandle stream) {
        if (stream.sourcing != null) {
            stream.sourcing.stop();
            stream.sourcing = null;
        }
    }

    /** A stream is gone: nobody hears for it any more. */
    void forget(StreamHandle stream) {
        unsubscribe(stream);
        if (stream.sourcing != null) {
            stream.sourcing.deleted();
            stream.sourcing = null;
        }
    }

    /** Whether a message was for a copy, one that is gone among them. */
    private boolean isCopied(ServiceMessage message) {
        Wire.Hearer hearer = hearers.find(message.sid());
        if (hearer == null) {
            return false;
        }
        if (!message.isRefused()) {
            read(message);
            hearer.onMessage(message.sid(), incoming, shard.nowNs());
        }
        return true;
    }

    // --- messages

    @Override
    public void onMessage(ServiceMessage message) {
        int sid = message.sid();
        if (sid == requests) {
            onRequest(message);
            return;
        }
        if (listening.get(sid)) {
            onConsumerMessage(message);
            return;
        }
        StreamHandle stream = sid < bySid.size() ? bySid.get(sid) : null;
        if (stream == null) {
            if (!isCopied(message) && !api.backups().onMessage(message)) {
                // It is gone, or gets no messages any more; this one was on its way.
                api.nobody(message);
            }
            return;
        }
        read(message);
        if (message.isRefused()) {
            if (!isUnheard(stream)) {
                acks.refused(stream, incoming.reply, ApiErrors.STREAM_TOO_MANY_REQUESTS.error());
            }
            return;
        }
        if (batching.onFast(stream, incoming)) {
            return;
        }
        Outcome outcome = shard.publish(stream, incoming);
        if (outcome.kind() == Outcome.Kind.OF_BATCH) {
            batching.onAtomic(stream, incoming);
        } else {
            answer(stream, outcome);
        }
    }

    private void onRequest(ServiceMessage message) {
        if (!ConsumerMessages.asksForMessages(message) || !consumers.next(message)) {
            api.onRequest(message);
        }
    }

    private void onConsumerMessage(ServiceMessage message) {
        if (flowControl.get(message.sid())) {
            consumers.flowControl(message);
        } else if (!consumers.ack(message) && message.isFromClient()) {
            api.nobody(message);
        }
    }

    private void read(ServiceMessage message) {
        Region bytes = message.bytes();
        incoming.clear();
        incoming.subject.at(bytes, message.subjectOffset(), message.subjectLength());
        incoming.reply.at(bytes, message.replyOffset(), message.replyLength());
        if (!message.isRefused()) {
            incoming.headers.at(bytes, message.headerOffset(), message.headerLength());
            incoming.payload.at(bytes, message.payloadOffset(), message.payloadLength());
        }
    }

    private void answer(StreamHandle stream, Outcome outcome) {
        if (isUnheard(stream)) {
            return;
        }
        switch (outcome.kind()) {
            case STORED -> {
                if (outcome.counter().isEmpty()) {
                    acks.stored(stream, incoming.reply, outcome.sequence());
                } else {
                    acks.counted(stream, incoming.reply, outcome.sequence(), outcome.counter());
                }
            }
            case DUPLICATE -> acks.duplicate(stream, incoming.reply, outcome.sequence());
            case REFUSED -> acks.refused(stream, incoming.reply, outcome.error());
            default -> {}
        }
    }

    /** Whether nobody gets to know what became of the message. */
    private boolean isUnheard(StreamHandle stream) {
        return incoming.reply.isEmpty() || stream.stream().config().noAck();
    }

    // --- time

    @Override
    public long onPoll(long nowNs) {
        // What it subscribed to has been said by now.
        ready.countDown();
        long epochNs = shard.nowNs();
        boolean asked = questions.poll();
        long dueNs = asked ? epochNs : Long.MAX_VALUE;
        dueNs = Math.min(dueNs, overload.poll(epochNs));
        dueNs = Math.min(dueNs, api.backups().poll(epochNs));
        boolean idle = !asked && dueNs > epochNs && !port.isWaiting();
        dueNs = Math.min(dueNs, shard.poll(idle));
        return dueNs - epochNs > Long.MAX_VALUE - nowNs ? Long.MAX_VALUE : nowNs + dueNs - epochNs;
    }

    @Override
    public boolean isFull() {
        return shard.isFull();
    }

    @Override
    public boolean isWaiting() {
        return shard.isWaiting() || !questions.isEmpty();
    }

    @Override
    public void stop() {
        questions.end();
        api.backups().stop();
        try {
            shard.close();
        } catch (IOException e) {
            error("JetStream's store can't be closed: " + e.getMessage());
        }
        acks.close();
        incoming.close();
        ended = true;
    }

    /** Whether it has ended, and with it all that it does to its store. Any thread. */
    public boolean hasEnded() {
        return ended;
    }

    // --- what the shard says

    @Override
    public boolean publish(int tenant, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
        return port.publish(
                account(tenant),
                subject.region(),
                subject.offset(),
                subject.length(),
                reply.region(),
                reply.offset(),
                reply.length(),
                headers.region(),
                headers.offset(),
                headers.length(),
                payload.region(),
                payload.offset(),
                payload.length());
    }

    @Override
    public boolean deliver(
            int tenant, Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
        return port.deliver(
                account(tenant),
                to.region(),
                to.offset(),
                to.length(),
                subject.region(),
                subject.offset(),
                subject.length(),
                reply.region(),
                reply.offset(),
                reply.length(),
                headers.region(),
                headers.offset(),
                headers.length(),
                payload.region(),
                payload.offset(),
                payload.length());
    }

    @Override
    public boolean hasRoom() {
        return port.hasRoom();
    }

    @Override
    public int watch(int tenant, Bytes subject) {
        return port.watch(account(tenant), subject.region(), subject.offset(), subject.length());
    }

    @Override
    public void unwatch(int watch) {
        port.unwatch(watch);
    }

    @Override
    public void onInterest(int watch, boolean interested) {
        shard.consumers().watches().onInterest(watch, interested);
    }

    private ServiceAccount account(int tenant) {
        while (accounts.size() <= tenant) {
            accounts.add(port.account(shard.streams().account(accounts.size())));
        }
        return accounts.get(tenant);
    }

    @Override
    public void notice(String line) {
        log.info(line);
    }

    @Override
    public void error(String line) {
        log.error(line);
    }
}
