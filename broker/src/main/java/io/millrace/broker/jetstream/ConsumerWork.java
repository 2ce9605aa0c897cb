package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.archive.ConsumerState;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.DeliverPolicy;
import io.millrace.broker.jetstream.consumer.Consumer;
import io.millrace.broker.jetstream.consumer.Happenings;
import io.millrace.broker.jetstream.consumer.Surroundings;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordWriter;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What the consumers of all streams do: each delivers in its turn, is polled in time, and has the
 * log know what has happened to it. Shard thread.
 *
 * <pre>
 *   a message is kept ──▶ the log is durable so far ──▶ its consumers are ready ──▶ they deliver
 *   what happens to them ──▶ one record for each of them now and then, and before it is answered
 * </pre>
 */
final class ConsumerWork implements AutoCloseable {
    /**
     * Messages of a consumer before it is the next one's turn, if they aren't large; see {@link
     * Consumer#deliver}. Most clients don't ask for more at a time, and get all of it at once.
     */
    private static final int IN_A_ROW = 512;

    /** Messages of all consumers before other things are done. */
    private static final int IN_ONE_GO = 1_024;

    /** What a turn counts for at least, as there is more to it than what is delivered. */
    private static final int LEAST_OF_A_TURN = 16;

    /** Consumers that are polled before other things are done. */
    private static final int POLLED_AT_ONCE = 256;

    /** So much of what has happened to a consumer doesn't wait for the end of its turn. */
    private static final int MUCH_HAPPENED = 8 * 1024;

    /** Where a consumer begins, in front of its configuration: two longs. */
    private static final int START_BYTES = 2 * Long.BYTES;

    /** What nobody waits for is told to the log so often: each time costs a sync. */
    private static final long TELL_NS = 50_000_000;

    /** Of answers that wait for room in the log; who isn't answered then asks again. */
    private static final int MOST_LATE_BYTES = 1024 * 1024;

    /** What such an answer takes beside its subject, about. */
    private static final int LATE_BYTES = 64;

    private final Shard shard;
    private final ShardParts parts;
    private final Consumer.Shared shared = new Consumer.Shared();
    private final Watches watches;
    private final OwnMessages ownMessages;
    private final DueConsumers due = new DueConsumers();
    private final Deque<ConsumerHandle> ready = new ArrayDeque<>();
    private final List<ConsumerHandle> changed = new ArrayList<>();
    private final List<StreamHandle> changedStreams = new ArrayList<>();

    /** Streams with messages that may not be delivered before the log has come so far. */
    private final List<StreamHandle> awaited = new ArrayList<>();

    /** Streams that are looked through for what nobody wants. */
    private final Deque<StreamHandle> sweeping = new ArrayDeque<>();

    /** When the log is to be told what has happened, since the epoch. */
    private long tellNs = Long.MAX_VALUE;

    private final Deque<ConsumerHandle> abandoned = new ArrayDeque<>();
    private final Deque<Runnable> later = new ArrayDeque<>();
    private final Incoming out = new Incoming();
    private final Bytes none = new Bytes();
    private ConsumerEvents events = ConsumerEvents.NONE;

    /** Answers to what the log has no room for yet. */
    private final List<Late> late = new ArrayList<>();

    private int lateBytes;

    private record Late(ConsumerHandle handle, byte[] to) {}

    ConsumerWork(Shard shard, ShardParts parts) {
        this.shard = shard;
        this.parts = parts;
        watches = new Watches(parts.voice(), this::later);
        ownMessages = new OwnMessages(shard, parts.voice());
    }

    /** Has events be told. */
    void tellBy(ConsumerEvents newEvents) {
        events = newEvents;
    }

    Consumer.Shared shared() {
        return shared;
    }

    Watches watches() {
        return watches;
    }

    ShardVoice voice() {
        return parts.voice();
    }

    Debtor debtor() {
        return parts.debtor();
    }

    long nowNs() {
        return parts.clock().nowNs();
    }

    /** Bytes of the largest message that a stream takes. */
    long maxMessageBytes(StreamHandle stream) {
        int most = stream.stream().config().maxMsgSize();
        return most > 0 ? most : parts.log().maxBufferedBytes() / 2;
    }

    // --- their lives

    /**
     * Makes a consumer.
     *
     * @param config checked, with its defaults
     * @return null if there is no room to say so
     */
    @Nullable ConsumerHandle create(StreamHandle stream, String name, ConsumerConfig config) {
        if (!AssetMemory.hasRoom(debtor().ledger(), config, 0)) {
            return null;
        }
        Messages messages = stream.stream().messages();
        long nowNs = nowNs();
        long begin = Starts.sequence(messages, config);
        boolean lastOnes =
                config.deliverPolicy() == DeliverPolicy.LAST_PER_SUBJECT
                        && stream.stream().config().maxMsgsPerSubject() != 1;
        long lastOnesUntil = lastOnes ? messages.lastSequence() : 0;
        Consumers all = stream.consumers();
        int number = all.nextNumber();
        boolean kept = stream.file != null && !config.memoryStorage();
        if (kept && !tell(stream, number, name, config, nowNs, begin, lastOnesUntil)) {
            return null;
        }
        ConsumerHandle made = all.add(number, name, config, nowNs);
        made.consumer().beginAt(begin, lastOnesUntil);
        made.begin();
        all.awaitFor(made);
        if (kept) {
            stream.changed(shard.log());
        }
        return made;
    }

    /**
     * Configures one otherwise.
     *
     * @return false if there is no room to say so
     */
    boolean update(ConsumerHandle handle, ConsumerConfig config) {
        StreamHandle stream = handle.stream;
        if (!AssetMemory.hasRoom(debtor().ledger(), config, handle.ownBytes())) {
            return false;
        }
        if (handle.kept) {
            flush(handle);
            long createdNs = handle.consumer().createdNs();
            if (!tell(stream, handle.number, handle.name(), config, createdNs, 0, 0)) {
                return false;
            }
            stream.changed(shard.log());
        }
        stream.consumers().configure(handle, config);
        return true;
    }

    private boolean tell(
            StreamHandle stream,
            int number,
            String name,
            ConsumerConfig config,
            long createdNs,
            long begin,
            long lastOnesUntil) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] json = StoredConfig.write(config);
        RecordWriter record =
                shard.appender()
                        .begin(
                                RecordKind.CONSUMER,
                                0,
                                stream.number,
                                number,
                                createdNs,
                                text.length,
                                0,
                                START_BYTES + json.length);
        if (record == null) {
            return false;
        }
        record.region().put(record.subjectOffset(), text);
        int at = record.payloadOffset();
        record.region().putLong(at, begin);
        record.region().putLong(at + Long.BYTES, lastOnesUntil);
        record.region().put(at + START_BYTES, json);
        shard.log().end();
        return true;
    }

    /**
     * Removes one.
     *
     * @return false if there is no room to say so
     */
    boolean delete(ConsumerHandle handle) {
        StreamHandle stream = handle.stream;
        if (handle.kept) {
            RecordWriter record =
                    shard.appender()
                            .begin(
                                    RecordKind.DELETE_CONSUMER,
                                    0,
                                    stream.number,
                                    handle.number,
                                    0,
                                    0,
                                    0,
                                    0);
            if (record == null) {
                return false;
            }
            shard.log().end();
            stream.changed(shard.log());
        }
        handle.consumer().end(409, "Consumer Deleted", false);
        stream.consumers().remove(handle);
        stream.consumers().sweep();
        return true;
    }

    /** Has a consumer begin again in front of a sequence. */
    void reset(ConsumerHandle handle, long sequence) {
        handle.consumer().reset(sequence);
        handle.stream.consumers().sweep();
    }

    /** One is gone: nothing is to be done for it. */
    void forget(ConsumerHandle handle) {
        due.remove(handle);
        if (handle.isReady) {
            ready.remove(handle);
        }
        if (handle.isChanged) {
            changed.remove(handle);
        }
        abandoned.remove(handle);
    }

    /** A stream is gone. */
    void forget(StreamHandle stream) {
        awaited.remove(stream);
        sweeping.remove(stream);
        changedStreams.remove(stream);
        ownMessages.forget(stream);
    }

    // --- what they ask for

    void ready(ConsumerHandle handle) {
        handle.isReady = true;
        ready.add(handle);
    }

    void dueAt(ConsumerHandle handle, long dueNs) {
        due.put(handle, dueNs);
    }

    void changed(ConsumerHandle handle) {
        handle.isChanged = true;
        changed.add(handle);
        tellSoon();
    }

    private void tellSoon() {
        if (tellNs == Long.MAX_VALUE) {
            tellNs = nowNs() + TELL_NS;
        }
    }

    /** Messages of a stream are done with. */
    void changed(StreamHandle stream) {
        if (!changedStreams.contains(stream)) {
            changedStreams.add(stream);
            tellSoon();
        }
    }

    /** A stream has messages that may be delivered when the log has come so far. */
    void awaits(StreamHandle stream) {
        if (!stream.isListed) {
            stream.isListed = true;
            awaited.add(stream);
        }
    }

    void sweeps(StreamHandle stream) {
        if (!sweeping.contains(stream)) {
            sweeping.add(stream);
        }
    }

    /** Nobody uses one: it goes, but not while it is at work. */
    void abandoned(ConsumerHandle handle) {
        abandoned.add(handle);
    }

    /** Says something in an account, at once. */
    void say(Tenant tenant, Bytes to, String reply, byte[] headers) {
        out.clear();
        out.keep(out.reply, reply.getBytes(StandardCharsets.UTF_8));
        out.keep(out.headers, headers);
        shard.sayNow(tenant, to, out.reply, out.headers);
    }

    /** {@link OwnMessages#publish}. */
    boolean publish(Tenant tenant, String subject, byte[] headers, byte[] payload) {
        return ownMessages.publish(tenant, subject, headers, payload);
    }

    /** Does something when what is being done is done. */
    void later(Runnable action) {
        later.add(action);
    }

    /** Answers an acknowledgement, as soon as that is as durable as the stream promises. */
    void answer(ConsumerHandle handle, Bytes to) {
        if (handle.kept) {
            flush(handle);
            flush(handle.stream);
        }
        if (isKnownToLog(handle)) {
            shard.answer(handle.stream, to, none, none);
        } else if (lateBytes < MOST_LATE_BYTES) {
            late.add(new Late(handle, to.copy()));
            lateBytes += LATE_BYTES + to.length();
        }
    }

    private boolean isKnownToLog(ConsumerHandle handle) {
        return !handle.kept || !handle.isChanged && !changedStreams.contains(handle.stream);
    }

    private void answerLate() {
        late.removeIf(
                each -> {
                    if (!each.handle.isGone() && !isKnownToLog(each.handle)) {
                        return false;
                    }
                    lateBytes -= LATE_BYTES + each.to.length;
                    if (!each.handle.isGone()) {
                        out.clear();
                        out.keep(out.reply, each.to);
                        shard.answer(each.handle.stream, out.reply, none, none);
                    }
                    return true;
                });
    }

    void tell(
            ConsumerHandle handle,
            Surroundings.Event event,
            long sequence,
            long delivery,
            long deliveries,
            String reason) {
        events.tell(handle, event, sequence, delivery, deliveries, reason);
    }

    // --- what goes on

    /** Whether anything is to be done at once. */
    boolean isWaiting() {
        return !later.isEmpty() || !ready.isEmpty() && voice().hasRoom();
    }

    /** When to poll at the latest, since the epoch. */
    long dueNs() {
        long next = Math.min(due.dueNs(), tellNs);
        return ready.isEmpty() ? next : Math.min(next, nowNs() + TELL_NS);
    }

    /**
     * Goes on.
     *
     * @return whether there is more to do at once
     */
    boolean poll() {
        long nowNs = nowNs();
        boolean more = false;
        while (!later.isEmpty()) {
            later.removeFirst().run();
        }
        seeWhatMayBeDelivered();
        for (int i = 0; i < POLLED_AT_ONCE && due.dueNs() <= nowNs; i++) {
            due.poll().consumer().poll();
        }
        more |= due.dueNs() <= nowNs;
        more |= deliver();
        if (!sweeping.isEmpty()) {
            StreamHandle first = sweeping.removeFirst();
            if (!first.isGone() && first.consumers().pollSweep()) {
                sweeping.addLast(first);
            }
            more |= !sweeping.isEmpty();
        }
        while (!abandoned.isEmpty()) {
            abandon(abandoned.removeFirst());
        }
        if (nowNs >= tellNs) {
            flush();
        }
        return more;
    }

    private void abandon(ConsumerHandle handle) {
        if (!handle.isGone() && delete(handle)) {
            events.deleted(handle);
        }
    }

    private void seeWhatMayBeDelivered() {
        for (int i = awaited.size() - 1; i >= 0; i--) {
            StreamHandle stream = awaited.get(i);
            if (stream.see(position(stream))) {
                awaited.remove(i);
                stream.isListed = false;
            }
        }
    }

    /** Up to there the log is as durable as a stream promises. */
    private long position(StreamHandle stream) {
        return shard.isAsync(stream) ? shard.log().written() : shard.log().durable();
    }

    private boolean deliver() {
        int turns = ready.size();
        int left = IN_ONE_GO;
        for (int i = 0; i < turns && left > 0 && voice().hasRoom(); i++) {
            ConsumerHandle next = ready.removeFirst();
            next.isReady = false;
            long before = next.consumer().deliveries();
            if (next.consumer().deliver(IN_A_ROW) && !next.isReady && !next.isGone()) {
                ready(next);
            }
            left -= (int) Math.max(LEAST_OF_A_TURN, next.consumer().deliveries() - before);
            if (next.consumer().happenings().length() > MUCH_HAPPENED) {
                flush(next);
            }
        }
        return isWaiting();
    }

    // --- what the log is told

    /** Has the log know all that has happened; what finds no room there waits. */
    private void flush() {
        int kept = 0;
        for (int i = 0; i < changed.size(); i++) {
            ConsumerHandle each = changed.get(i);
            if (!write(each)) {
                changed.set(kept, each);
                kept++;
            }
        }
        changed.subList(kept, changed.size()).clear();
        changedStreams.removeIf(this::writeDone);
        tellNs = Long.MAX_VALUE;
        if (kept > 0 || !changedStreams.isEmpty()) {
            tellSoon();
        }
        if (!late.isEmpty()) {
            answerLate();
        }
    }

    private void flush(ConsumerHandle handle) {
        if (handle.isChanged && write(handle)) {
            changed.remove(handle);
        }
    }

    private void flush(StreamHandle stream) {
        if (changedStreams.contains(stream) && writeDone(stream)) {
            changedStreams.remove(stream);
        }
    }

    /**
     * Has the log know all that has happened to a stream's consumers.
     *
     * @return false if there is no room
     */
    boolean flushAll(StreamHandle stream) {
        for (ConsumerHandle each : stream.consumers().all()) {
            flush(each);
            if (each.isChanged) {
                return false;
            }
        }
        flush(stream);
        return !changedStreams.contains(stream);
    }

    private boolean write(ConsumerHandle handle) {
        Happenings its = handle.consumer().happenings();
        if (handle.kept) {
            byte[] bytes = its.finish();
            RecordWriter record =
                    shard.appender()
                            .begin(
                                    RecordKind.CONSUMER_HAPPENINGS,
                                    0,
                                    handle.stream.number,
                                    handle.number,
                                    nowNs(),
                                    0,
                                    0,
                                    its.finishedLength());
            if (record == null) {
                return false;
            }
            record.region().put(record.payloadOffset(), bytes, 0, its.finishedLength());
            shard.log().end();
            handle.stream.changed(shard.log());
        }
        its.clear();
        handle.isChanged = false;
        return true;
    }

    private boolean writeDone(StreamHandle stream) {
        List<Long> done = stream.consumers().doneSequences();
        if (stream.isGone() || done.isEmpty()) {
            return true;
        }
        long[] sequences = done.stream().mapToLong(Long::longValue).toArray();
        if (!stream.fileRecords().remove(sequences, sequences.length)) {
            return false;
        }
        done.clear();
        return true;
    }

    // --- a restart

    /** A consumer was made or configured otherwise. */
    void replayConfig(StreamHandle stream, RecordView record) throws IOException {
        Region bytes = record.region();
        int payload = record.payloadOffset();
        byte[] json = bytes.bytes(payload + START_BYTES, record.payloadLength() - START_BYTES);
        ConsumerConfig config = StoredConfig.readConsumer(json);
        int number = (int) record.sequence();
        ConsumerHandle there = stream.consumers().byNumber(number);
        if (there != null) {
            stream.consumers().configure(there, config);
            return;
        }
        byte[] name = bytes.bytes(record.subjectOffset(), record.subjectLength());
        ConsumerHandle made =
                stream.consumers()
                        .add(
                                number,
                                new String(name, StandardCharsets.UTF_8),
                                config,
                                record.timeNs());
        made.consumer().beginAt(bytes.getLong(payload), bytes.getLong(payload + Long.BYTES));
    }

    /**
     * Makes a consumer as a backup has it; it delivers nothing before {@link #begin}.
     *
     * @return false if there is no room
     */
    boolean restore(StreamHandle stream, String name, ConsumerConfig config, ConsumerState state) {
        Consumers all = stream.consumers();
        int number = all.nextNumber();
        long nowNs = nowNs();
        boolean kept = stream.file != null && !config.memoryStorage();
        if (!AssetMemory.hasRoom(debtor().ledger(), config, 0)
                || kept && !tell(stream, number, name, config, nowNs, 1, 0)) {
            return false;
        }
        ConsumerHandle made = all.add(number, name, config, nowNs);
        made.consumer().restore(state);
        return !kept || tellState(made);
    }

    /** Has the log know how far a consumer is. */
    private boolean tellState(ConsumerHandle handle) {
        MemorySink sink = new MemorySink();
        try {
            handle.consumer().write(sink);
        } catch (IOException e) {
            return false;
        }
        byte[] bytes = sink.bytes();
        if (bytes.length > shard.log().maxRecordBytes() / 2) {
            return false;
        }
        RecordWriter record =
                shard.appender()
                        .begin(
                                RecordKind.CONSUMER_STATE,
                                0,
                                handle.stream.number,
                                handle.number,
                                nowNs(),
                                0,
                                0,
                                bytes.length);
        if (record == null) {
            return false;
        }
        record.region().put(record.payloadOffset(), bytes);
        shard.log().end();
        handle.stream.changed(shard.log());
        return true;
    }

    /** All that has happened has. */
    void begin(StreamHandle stream) {
        if (stream.consumers().hasBegun()) {
            return;
        }
        stream.seeAll();
        stream.consumers().begin();
    }

    /** The server ends: who waits is told, and the log knows all that has happened. */
    void end() {
        for (StreamHandle stream : shard.streams().all()) {
            for (ConsumerHandle each : stream.consumers().all()) {
                each.consumer().end(409, "Server Shutdown", true);
            }
        }
        flush();
    }

    @Override
    public void close() {
        shared.close();
        ownMessages.close();
        out.close();
    }
}
