package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.Compression;
import io.millrace.broker.jetstream.config.PersistMode;
import io.millrace.broker.jetstream.config.ServerLimits;
import io.millrace.broker.jetstream.config.Storage;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.MessageSize;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.jetstream.stream.Records;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.jetstream.stream.StreamParts;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordWriter;
import io.millrace.broker.store.block.MemoryBlocks;
import io.millrace.broker.store.log.WriteAheadLog;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * All streams of a server, and the log that what happens to them goes to. A machine that is polled:
 * it never waits, and knows no time, disk or router but those it is given. One thread, the shard's.
 */
public final class Shard implements AutoCloseable {
    private static final Bytes NOTHING = new Bytes();

    private final ShardParts parts;
    private final Streams streams = new Streams();
    private final Usage usage;
    private final ShardStore store;

    /** What waits for the log to be durable. */
    private final Answers durable;

    /** What waits for it to be written only. */
    private final Answers written;

    private final ConsumerWork consumers;

    /** When the first stream wants to be polled, since the epoch. */
    private long dueNs = Long.MAX_VALUE;

    private Shard(ShardParts parts) {
        this.parts = parts;
        usage = new Usage(parts.maxMemoryBytes(), parts.maxStoreBytes());
        durable = new Answers(parts.debtor(), parts.voice()::publish);
        written = new Answers(parts.debtor(), parts.voice()::publish);
        consumers = new ConsumerWork(this, parts);
        store = new ShardStore(parts, streams, consumers);
    }

    /**
     * Opens a store: when this returns, all that was kept is there. What goes on by itself does so
     * when {@link #begin} was called.
     *
     * @throws IOException if it can't be read or written
     */
    public static Shard open(ShardParts parts) throws IOException {
        Shard shard = new Shard(parts);
        shard.store.open(shard);
        shard.dropHalfRestored();
        return shard;
    }

    /** Can be heard from here on: consumers deliver. Once, behind {@link #open}. */
    public void begin() {
        for (StreamHandle each : streams.all()) {
            consumers.begin(each);
        }
    }

    /** The server ended while they were restored: of them not all is there. */
    private void dropHalfRestored() {
        for (StreamHandle handle : streams.all()) {
            if (handle.isRestoring()) {
                delete(handle);
            }
        }
    }

    /** Owes what is kept in memory meanwhile. */
    Debtor debtor() {
        return parts.debtor();
    }

    /** What consumers do. */
    ConsumerWork consumers() {
        return consumers;
    }

    // --- streams

    Streams streams() {
        return streams;
    }

    /** An account's streams, and what it may use. */
    Tenant tenant(String account) {
        return streams.tenant(account);
    }

    /** What all accounts together keep, and may. */
    Usage usage() {
        return usage;
    }

    /** What is kept on disk. */
    public long storeBytes() {
        return usage.bytes(false);
    }

    /** So much may be kept from here on; negative for no bound. */
    void limit(ServerLimits limits) {
        usage.bound(limits.maxMemory(), limits.maxStore());
    }

    WriteAheadLog log() {
        return store.log();
    }

    /** Where records are begun. */
    ShardLog appender() {
        return store.appender();
    }

    /**
     * Makes a stream.
     *
     * @param config checked, with its defaults
     * @return null if there is no room to say so
     */
    @Nullable StreamHandle create(Tenant tenant, StreamConfig config) throws IOException {
        return create(tenant, config, parts.clock().nowNs(), false);
    }

    /**
     * Makes a stream that is to be restored from a backup: until {@link #restored} it is there for
     * nobody else, and a restart removes it.
     *
     * @param createdNs when it is to have been made, since the epoch
     * @return null if there is no room to say so
     */
    @Nullable StreamHandle createToRestore(Tenant tenant, StreamConfig config, long createdNs)
            throws IOException {
        return create(tenant, config, createdNs, true);
    }

    private @Nullable StreamHandle create(
            Tenant tenant, StreamConfig config, long createdNs, boolean restoring)
            throws IOException {
        if (!AssetMemory.hasRoom(parts.debtor().ledger(), config, 0)) {
            return null;
        }
        int number = streams.nextNumber();
        int flags = restoring ? RecordLayout.RESTORING : 0;
        if (config.storage() == Storage.FILE && !tell(number, tenant, config, createdNs, flags)) {
            return null;
        }
        StreamHandle made = made(number, tenant, config, createdNs, restoring);
        made.changed(store.log());
        ShardStore.scan(made);
        if (!restoring) {
            consumers.begin(made);
        }
        return made;
    }

    /**
     * All of a stream's backup is there.
     *
     * @return false if there is no room to say so
     */
    boolean restored(StreamHandle handle) {
        Stream stream = handle.stream();
        if (!handle.memory
                && !tell(handle.number, handle.tenant, stream.config(), stream.createdNs(), 0)) {
            return false;
        }
        streams.restored(handle);
        handle.changed(store.log());
        if (!handle.consumers().hasBegun()) {
            consumers.begin(handle);
        }
        return true;
    }

    /**
     * A stream was made, now or before a restart; its blocks weren't looked at.
     *
     * @param restoring whether not all of its backup is there
     */
    StreamHandle made(
            int number, Tenant tenant, StreamConfig config, long createdNs, boolean restoring) {
        FileRecords file = null;
        MemoryRecords memory = null;
        if (config.storage() == Storage.MEMORY) {
            memory = new MemoryRecords(new MemoryBlocks(number, parts.debtor()));
        } else {
            file = store.records(number, config.compression() == Compression.S2);
        }
        StreamHandle handle =
                new StreamHandle(
                        tenant,
                        number,
                        file,
                        memory,
                        usage,
                        this::wakeAt,
                        parts.domain(),
                        consumers,
                        restoring);
        Records records = memory == null ? file : memory;
        StreamParts its =
                new StreamParts(
                        number,
                        records,
                        memory == null ? MessageSize.FILE : MessageSize.MEMORY,
                        handle,
                        (subject, headers, payload) -> answer(handle, subject, headers, payload),
                        handle,
                        parts.debtor());
        handle.is(new Stream(its, config, createdNs));
        handle.owes(parts.debtor(), AssetMemory.of(config));
        streams.add(handle);
        store.restoring(handle);
        return handle;
    }

    /**
     * Configures a stream otherwise.
     *
     * @return false if there is no room to say so
     */
    boolean update(StreamHandle handle, StreamConfig config) {
        long createdNs = handle.stream().createdNs();
        if (!AssetMemory.hasRoom(parts.debtor().ledger(), config, handle.ownBytes())) {
            return false;
        }
        if (!handle.memory && !tell(handle.number, handle.tenant, config, createdNs, 0)) {
            return false;
        }
        handle.stream().configure(config);
        handle.owes(parts.debtor(), AssetMemory.of(config));
        if (handle.batches != null) {
            handle.batches.configured();
        }
        handle.changed(store.log());
        return true;
    }

    /** Tells the log how a stream is configured. */
    private boolean tell(
            int number, Tenant tenant, StreamConfig config, long createdNs, int flags) {
        byte[] account = tenant.account.getBytes(StandardCharsets.UTF_8);
        byte[] json = StoredConfig.write(config);
        RecordWriter record =
                store.appender()
                        .begin(
                                RecordKind.CONFIG,
                                flags,
                                number,
                                0,
                                createdNs,
                                account.length,
                                0,
                                json.length);
        if (record == null) {
            return false;
        }
        record.region().put(record.subjectOffset(), account);
        record.region().put(record.payloadOffset(), json);
        store.log().end();
        return true;
    }

    /**
     * Removes a stream with all it has.
     *
     * @return false if there is no room to say so
     */
    boolean delete(StreamHandle handle) {
        if (!handle.memory) {
            RecordWriter record =
                    store.appender()
                            .begin(RecordKind.DELETE_STREAM, 0, handle.number, 0, 0, 0, 0, 0);
            if (record == null) {
                return false;
            }
            store.log().end();
        }
        for (ConsumerHandle each : handle.consumers().all()) {
            each.consumer().end(409, "Consumer Deleted", false);
        }
        deleted(handle);
        return true;
    }

    /** A stream is gone, now or before a restart. */
    void deleted(StreamHandle handle) {
        handle.keeps(-handle.stream().messages().bytes());
        consumers.forget(handle);
        handle.owes(parts.debtor(), 0);
        handle.gone();
        streams.remove(handle);
        handle.stream().close();
        store.deleted(handle);
    }

    // --- messages

    /** Has a stream take a message; what became of it is valid until the next one. */
    Outcome publish(StreamHandle handle, Incoming message) {
        return handle.stream().publish(message, parts.clock().nowNs());
    }

    // --- answers

    /**
     * Says something in a stream's account, as soon as all that has happened to the stream is as
     * durable as it promises.
     */
    void answer(StreamHandle handle, Bytes subject, Bytes headers, Bytes payload) {
        say(handle.end(), isAsync(handle), handle.tenant, subject, NOTHING, headers, payload);
    }

    /** Whether a stream promises no more than that the log is written. */
    boolean isAsync(StreamHandle handle) {
        return !parts.log().synced() || handle.stream().config().persistMode() == PersistMode.ASYNC;
    }

    /** Says something in an account at once. */
    void sayNow(Tenant tenant, Bytes subject, Bytes reply, Bytes headers) {
        say(0, true, tenant, subject, reply, headers, NOTHING);
    }

    /** Says something as soon as all that has happened so far is durable. */
    void answer(Tenant tenant, Bytes subject, Bytes headers, Bytes payload) {
        say(
                store.log().appended(),
                !parts.log().synced(),
                tenant,
                subject,
                NOTHING,
                headers,
                payload);
    }

    /** Whether what is said when the log has come so far was said, as far as there is room. */
    boolean hasSaid(long end) {
        return end <= (parts.log().synced() ? store.log().durable() : store.log().written());
    }

    private void say(
            long end,
            boolean async,
            Tenant to,
            Bytes subject,
            Bytes reply,
            Bytes headers,
            Bytes payload) {
        Answers waiting = async ? written : durable;
        boolean mayBeSaid = end <= (async ? store.log().written() : store.log().durable());
        if (!mayBeSaid || !parts.voice().publish(to.number, subject, reply, headers, payload)) {
            waiting.add(mayBeSaid ? 0 : end, to.number, subject, reply, headers, payload);
        }
    }

    // --- time

    /** What time it is, nanoseconds since the epoch. */
    long nowNs() {
        return parts.clock().nowNs();
    }

    private void wakeAt(long newDueNs) {
        dueNs = Math.min(dueNs, newDueNs);
    }

    /**
     * Does what is due and goes on with what is under way.
     *
     * @param idle whether nothing else waits for it, so that it may as well wait for the disk
     * @return when to poll it again at the latest, nanoseconds since the epoch
     */
    public long poll(boolean idle) {
        long nowNs = parts.clock().nowNs();
        if (nowNs >= dueNs) {
            pollStreams(nowNs);
        }
        // What consumers tell the log goes with what waits for it anyway.
        boolean more = consumers.poll();
        more |= store.poll(idle && !more);
        boolean said = durable.release(store.log().durable());
        said &= written.release(store.log().written());
        return more || !said ? nowNs : Math.min(Math.min(dueNs, consumers.dueNs()), store.dueNs());
    }

    private void pollStreams(long nowNs) {
        dueNs = Long.MAX_VALUE;
        for (StreamHandle handle : streams.all()) {
            if (handle.isRestoring()) {
                continue;
            }
            if (handle.dueNs <= nowNs) {
                handle.dueNs = Long.MAX_VALUE;
                handle.at(handle.stream().poll(nowNs));
                if (handle.batches != null) {
                    handle.at(handle.batches.poll(nowNs));
                }
                if (handle.sourcing != null) {
                    handle.at(handle.sourcing.poll(nowNs));
                }
            } else {
                dueNs = Math.min(dueNs, handle.dueNs);
            }
        }
    }

    /** Whether it has so much to do that it takes nothing more for now. */
    public boolean isFull() {
        return store.isFull() || durable.bytes() + written.bytes() > parts.maxAnswerBytes();
    }

    /** Whether something is under way that {@link #poll} goes on with. */
    public boolean isWaiting() {
        return store.isWaiting() || consumers.isWaiting();
    }

    /** Why nothing is kept any more; empty while all is well. */
    public Optional<String> fault() {
        return store.log().fault();
    }

    /** Makes all durable, says what waited for that, and closes the store. */
    @Override
    public void close() throws IOException {
        consumers.end();
        store.close();
        durable.release(store.log().durable());
        written.release(store.log().written());
        durable.close();
        written.close();
        for (StreamHandle handle : streams.all()) {
            handle.close();
        }
        consumers.close();
    }
}
