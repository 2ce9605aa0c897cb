package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.PubAckWriter;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.sourcing.Sourcing;
import io.millrace.broker.jetstream.stream.Alarm;
import io.millrace.broker.jetstream.stream.Quota;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.block.MessageBlocks;
import io.millrace.broker.store.log.WriteAheadLog;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A stream with its place in the shard: whose it is, where it is kept, when it is due. */
final class StreamHandle implements Quota, Alarm {
    final Tenant tenant;
    final int number;
    final boolean memory;

    private final Usage server;
    private final Alarm alarm;
    private final String domain;

    /** The records of a file stream; null for one in memory. */
    final @Nullable FileRecords file;

    /** Those of one in memory. */
    final @Nullable MemoryRecords inMemory;

    @SuppressWarnings("NullAway.Init")
    private Stream stream;

    /** When it began to be read, on the log's clock. */
    long restoringNs;

    /** When it is to be polled, since the epoch. */
    long dueNs = Long.MAX_VALUE;

    /** What a checkpoint says of it covers the log up to here. */
    long coveredTo;

    /** Below this sequence its messages are in its blocks. */
    long flushedTo = 1;

    /** Its blocks are being made durable. */
    boolean syncing;

    /** The subscriptions that bring it messages. */
    final List<Integer> sids = new ArrayList<>();

    /** Those under way; null if there never was one. */
    @Nullable StreamBatches batches;

    private final Consumers consumers;

    /** Messages up to here may be delivered: they won't be lost. */
    private long visible;

    /** Those up to the second of these may be when the log has come to the first. */
    private long awaitedEnd;

    private long awaitedSequence;
    private boolean awaited;

    /** Whether it is among those whose messages are awaited. */
    boolean isListed;

    /** What it copies; null while it copies nothing. */
    @Nullable Sourcing sourcing;

    private @Nullable PubAckWriter acks;
    private boolean gone;

    /** Not all of its backup is there yet: its account doesn't know it. */
    private boolean restoring;

    /** What it takes by being there. */
    private long ownBytes;

    /** What changed it last is in the log in front of this; besides its own records. */
    private long changedTo;

    StreamHandle(
            Tenant tenant,
            int number,
            @Nullable FileRecords file,
            @Nullable MemoryRecords inMemory,
            Usage server,
            Alarm alarm,
            String domain,
            ConsumerWork work,
            boolean restoring) {
        this.tenant = tenant;
        this.number = number;
        this.file = file;
        this.inMemory = inMemory;
        this.server = server;
        this.alarm = alarm;
        this.domain = domain;
        this.restoring = restoring;
        memory = file == null;
        consumers = new Consumers(this, work);
    }

    /** Takes so much by being there. */
    void owes(Debtor debtor, long bytes) {
        debtor.charge(Debt.ASSETS, bytes - ownBytes);
        ownBytes = bytes;
    }

    /** What it takes by being there. */
    long ownBytes() {
        return ownBytes;
    }

    Consumers consumers() {
        return consumers;
    }

    // --- what may be delivered

    /** The last sequence that may be: later ones may still be lost. */
    long visible() {
        return visible;
    }

    /** Whether it is known which messages are the next that may be delivered. */
    boolean isAwaited() {
        return awaited;
    }

    /**
     * The log is durable so far.
     *
     * @return whether nothing is awaited any more
     */
    boolean see(long position) {
        while (true) {
            if (!awaited) {
                if (!consumers.hasNews()) {
                    return true;
                }
                awaited = true;
                awaitedEnd = end();
                awaitedSequence = stream.messages().lastSequence();
            }
            if (awaitedEnd > position) {
                return false;
            }
            awaited = false;
            visible = awaitedSequence;
            consumers.visible();
        }
    }

    /** All that there is may be delivered, since it was there before a restart. */
    void seeAll() {
        visible = stream.messages().lastSequence();
    }

    void is(Stream newStream) {
        stream = newStream;
    }

    Stream stream() {
        return stream;
    }

    String name() {
        return stream.config().name();
    }

    /** The log must have this for all that happened to it to be kept; 0 for one in memory. */
    long end() {
        return file == null ? 0 : Math.max(changedTo, file.end());
    }

    /** It was made, or configured otherwise: the log has that in front of its end. */
    void changed(WriteAheadLog log) {
        changedTo = file == null ? 0 : log.appended();
    }

    /** Where its records are; only for a file stream. */
    FileRecords fileRecords() {
        return Objects.requireNonNull(file);
    }

    PubAckWriter acks() {
        PubAckWriter its = acks;
        if (its == null) {
            its = new PubAckWriter(name(), domain);
            acks = its;
        }
        return its;
    }

    MessageBlocks blocks() {
        if (file != null) {
            return file.blocks();
        }
        return Objects.requireNonNull(inMemory).blocks();
    }

    /** Whether it is being restored from a backup. */
    boolean isRestoring() {
        return restoring;
    }

    void restored() {
        restoring = false;
        // What it wanted meanwhile nobody has done.
        dueNs = Long.MAX_VALUE;
        at(0);
    }

    /** Whether it was deleted. */
    boolean isGone() {
        return gone;
    }

    void gone() {
        gone = true;
        endBatches();
        consumers.close();
    }

    private void endBatches() {
        if (batches != null) {
            batches.close();
        }
    }

    /** Gives back its memory; its files stay. */
    void close() {
        endBatches();
        consumers.close();
        stream.close();
        blocks().close();
    }

    @Override
    public @Nullable ApiError refuses(long size) {
        if (server.wouldExceed(memory, size)) {
            return ApiErrors.INSUFFICIENT_RESOURCES.error();
        }
        return tenant.usage.wouldExceed(memory, size)
                ? ApiErrors.ACCOUNT_RESOURCES_EXCEEDED.error()
                : null;
    }

    @Override
    public void keeps(long bytes) {
        server.add(memory, bytes);
        tenant.usage.add(memory, bytes);
    }

    @Override
    public void at(long newDueNs) {
        if (newDueNs < dueNs) {
            dueNs = newDueNs;
            alarm.at(newDueNs);
        }
    }
}
