package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.Retention;
import io.millrace.broker.jetstream.consumer.Consumer;
import io.millrace.broker.jetstream.consumer.Surroundings;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.ledger.Debt;
import io.millrace.protocol.SubjectFilters;
import io.millrace.protocol.SubjectTokens;

import java.util.List;

/**
 * A consumer with its place in the shard: whose it is, and what it is waiting for. Shard thread.
 */
final class ConsumerHandle implements Surroundings {
    final StreamHandle stream;
    final int number;

    /** Whether what happens to it is kept. */
    final boolean kept;

    /** Its stream and its name, as they stand in subjects. */
    final byte[] path;

    private final ConsumerWork work;

    private final Consumer consumer;

    /** The subjects that it is for; empty for all. */
    List<String> filters;

    private SubjectFilters compiled;

    /** When it is to be polled, since the epoch. */
    long dueNs = Long.MAX_VALUE;

    /** Its place among all that are to be polled; -1 for none. */
    int duePlace = -1;

    /** Whether it waits for its turn to deliver. */
    boolean isReady;

    /** Whether something has happened to it that the log doesn't have yet. */
    boolean isChanged;

    /** Up to which round it is to hear of messages of its own; see {@link Consumers}. */
    long newsRound;

    /** Where it stands among its like; see {@link Interested}. */
    int place;

    /** In which round it was found; see {@link Interested}. */
    long foundIn;

    private boolean begun;
    private boolean gone;

    /** What it takes by being there. */
    private long ownBytes;

    ConsumerHandle(
            StreamHandle stream,
            int number,
            String name,
            ConsumerConfig config,
            long createdNs,
            ConsumerWork work) {
        this.stream = stream;
        this.number = number;
        this.work = work;
        kept = stream.file != null && !config.memoryStorage();
        path = ConsumerNames.path(stream.name(), name);
        filters = config.filters();
        compiled = SubjectFilters.of(filters);
        configured(config);
        consumer =
                new Consumer(
                        stream.name(),
                        name,
                        config,
                        createdNs,
                        this,
                        work.shared(),
                        work.debtor(),
                        work.maxMessageBytes(stream));
    }

    /** Is configured so, and takes as much. */
    void configured(ConsumerConfig config) {
        long bytes = AssetMemory.of(config);
        work.debtor().charge(Debt.ASSETS, bytes - ownBytes);
        ownBytes = bytes;
    }

    /** What it takes by being there. */
    long ownBytes() {
        return ownBytes;
    }

    Consumer consumer() {
        return consumer;
    }

    String name() {
        return consumer.name();
    }

    /** All that has happened to it has: it may deliver from here on. */
    void begin() {
        begun = true;
        consumer.begin();
    }

    boolean hasBegun() {
        return begun;
    }

    boolean isGone() {
        return gone;
    }

    /** It is deleted; nothing that is under way concerns it any more. */
    void gone() {
        gone = true;
        work.debtor().credit(Debt.ASSETS, ownBytes);
        ownBytes = 0;
        work.forget(this);
        consumer.close();
    }

    /** Is for other subjects from here on. */
    void filter(List<String> newFilters) {
        filters = newFilters;
        compiled = SubjectFilters.of(newFilters);
    }

    /** Whether it wants what comes on a subject. */
    boolean matches(SubjectTokens subject) {
        return compiled.isEmpty() || compiled.matches(subject);
    }

    // --- what it knows of the world

    @Override
    public Messages messages() {
        return stream.stream().messages();
    }

    @Override
    public long visible() {
        return stream.visible();
    }

    @Override
    public long nowNs() {
        return work.nowNs();
    }

    @Override
    public boolean hasRoom() {
        return work.voice().hasRoom();
    }

    @Override
    public boolean deliver(Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
        return work.voice().deliver(stream.tenant.number, to, subject, reply, headers, payload);
    }

    @Override
    public void say(Bytes to, String reply, byte[] headers) {
        work.say(stream.tenant, to, reply, headers);
    }

    @Override
    public void answer(Bytes to) {
        work.answer(this, to);
    }

    @Override
    public void happened() {
        if (!isChanged) {
            work.changed(this);
        }
    }

    @Override
    public void ready() {
        if (!isReady && begun && !gone) {
            work.ready(this);
        }
    }

    @Override
    public void at(long newDueNs) {
        if (newDueNs < dueNs && !gone) {
            work.dueAt(this, newDueNs);
        }
    }

    @Override
    public void done(long sequence) {
        stream.consumers().done(this, sequence);
    }

    @Override
    public boolean publish(String subject, byte[] headers, byte[] payload) {
        return work.publish(stream.tenant, subject, headers, payload);
    }

    @Override
    public boolean isWorkQueue() {
        return stream.stream().config().retention() == Retention.WORK_QUEUE;
    }

    @Override
    public void abandoned() {
        work.abandoned(this);
    }

    @Override
    public int watch(Bytes subject) {
        return work.watches().watch(this, subject);
    }

    @Override
    public void unwatch(int watch) {
        work.watches().unwatch(watch);
    }

    @Override
    public void tell(Event event, long sequence, long delivery, long deliveries, String reason) {
        work.tell(this, event, sequence, delivery, deliveries, reason);
    }

    @Override
    public String unique() {
        return Audit.id();
    }
}
