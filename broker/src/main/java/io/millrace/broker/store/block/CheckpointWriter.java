package io.millrace.broker.store.block;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.Errand;
import io.millrace.broker.store.disk.Errands;
import io.millrace.broker.store.seal.StoreKey;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Writes a checkpoint, step by step. Shard thread; errands, one at a time, do what may block.
 *
 * <p>It counts once it has its name, and gets that when all of it is on the disk, and the log as
 * well, up to where its sections are of. Of older ones only the last is kept.
 */
public final class CheckpointWriter implements AutoCloseable {
    private final Errands errands;
    private final CheckpointProducer producer;
    private final SectionSink sink;
    private final CheckpointFile file;
    private final Deque<SectionSink.Filled> away = new ArrayDeque<>();
    private State state = State.PRODUCING;
    private boolean isUnderWay;
    private boolean isClosed;
    private @Nullable String failure;

    private enum State {
        PRODUCING,
        WRITING,
        PUBLISHING,
        OVER
    }

    /** Writes buffers. */
    private final class Write implements Errand {
        @Override
        public void run() throws IOException {
            for (SectionSink.Filled each : away) {
                file.write(each.memory().region(), each.bytes());
            }
        }

        @Override
        public void done(@Nullable IOException ioFailure) {
            isUnderWay = false;
            sink.giveBack(away);
            takeFailure(ioFailure);
        }
    }

    /** Gives it its name. */
    private final class Publish implements Errand {
        @Override
        public void run() throws IOException {
            file.publish();
        }

        @Override
        public void done(@Nullable IOException ioFailure) {
            isUnderWay = false;
            state = State.OVER;
            takeFailure(ioFailure);
        }
    }

    /** Leaves nothing of it. */
    private final class Discard implements Errand {
        @Override
        public void run() throws IOException {
            file.discard();
        }

        @Override
        public void done(@Nullable IOException ioFailure) {
            isUnderWay = false;
            // What is left is deleted when the next one is begun.
            freeIfClosed();
        }
    }

    /**
     * Begins one; nothing is written yet.
     *
     * @param directory where they are, made if it isn't there
     * @param storeId the store's identity
     * @param position of the log, from which on it is needed with this checkpoint
     * @param debtor is charged for the buffers
     */
    public CheckpointWriter(
            Disk disk,
            String directory,
            Errands errands,
            long storeId,
            long position,
            CheckpointProducer producer,
            Debtor debtor) {
        this(disk, directory, errands, storeId, position, producer, debtor, StoreKey.NONE);
    }

    /**
     * The same of a store that is encrypted, perhaps.
     *
     * @param key the store's
     */
    public CheckpointWriter(
            Disk disk,
            String directory,
            Errands errands,
            long storeId,
            long position,
            CheckpointProducer producer,
            Debtor debtor,
            StoreKey key) {
        this.errands = errands;
        this.producer = producer;
        sink = new SectionSink(debtor);
        file = new CheckpointFile(disk, directory, storeId, position, key);
    }

    /**
     * Does a little: asks the producer once, if there is room for it.
     *
     * @param logDurable up to where the log is durable now
     * @return whether it isn't over; if so, call again, after some time if {@link #isWaiting}
     */
    public boolean step(long logDurable) {
        if (state == State.PRODUCING && failure == null && !sink.isFull()) {
            produce();
        }
        if (!isUnderWay && sink.isWaiting() && state != State.OVER) {
            sink.take(away);
            submit(new Write());
        }
        boolean isWritten = state == State.WRITING && !isUnderWay && !sink.isWaiting();
        if (isWritten && logDurable >= sink.highestPosition()) {
            state = State.PUBLISHING;
            submit(new Publish());
        }
        return state != State.OVER;
    }

    /** What can't be produced ends this checkpoint, and nothing else. */
    private void produce() {
        try {
            if (!producer.produce(sink)) {
                sink.endFile();
                state = State.WRITING;
            }
        } catch (OutOfMemoryError | InternalError | UncheckedIOException e) {
            giveUp(e);
        } catch (RuntimeException e) {
            giveUp(e);
            throw e;
        }
    }

    private void giveUp(Throwable why) {
        failure = "what it is of can't be told: " + why;
        if (!isUnderWay) {
            state = State.OVER;
            submit(new Discard());
        }
    }

    private void submit(Errand errand) {
        isUnderWay = true;
        errands.submit(errand);
    }

    /** Whether nothing can be done before an errand is, or the log is durable. */
    public boolean isWaiting() {
        return state == State.PRODUCING ? sink.isFull() : state != State.OVER;
    }

    /** Whether it is there, and counts. */
    public boolean isPublished() {
        return state == State.OVER && failure == null;
    }

    /** Why there is none. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    private void takeFailure(@Nullable IOException ioFailure) {
        if (ioFailure != null && failure == null) {
            failure = String.valueOf(ioFailure.getMessage());
        }
        if ((failure != null || isClosed) && !isPublished()) {
            state = State.OVER;
            submit(new Discard());
        }
        freeIfClosed();
    }

    private void freeIfClosed() {
        if (isClosed && !isUnderWay) {
            sink.close();
        }
    }

    /** Gives the memory back, once nothing is under way; gives it up if it isn't over. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (isUnderWay) {
            return;
        }
        if (state == State.OVER) {
            sink.close();
        } else {
            failure = "given up";
            state = State.OVER;
            submit(new Discard());
        }
    }
}
