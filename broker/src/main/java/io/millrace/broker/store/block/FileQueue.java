package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.Errand;
import io.millrace.broker.store.disk.Errands;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What is to be done with the files of a shard's blocks, and the one errand that does it, a few
 * jobs at a time. Shard thread, but for {@link #run}.
 *
 * <p>Jobs are done in the order in which they came, whatever order errands are done in. Deletions
 * go first, even if nothing else goes on: they make room.
 */
final class FileQueue implements Errand {
    /** In one errand: no more than the disk takes in a moment, others wait for it, too. */
    private static final int MOST_BYTES = 256 * 1024;

    private static final int MOST_JOBS = 64;

    private final Disk disk;
    private final Errands errands;
    private final Deque<FileJob> deletions = new ArrayDeque<>();
    private final Deque<FileJob> jobs = new ArrayDeque<>();
    private boolean isUnderWay;
    private boolean isClosed;
    private @Nullable BlockFault fault;

    // Handed over with the errand.
    private final FileJob[] batch = new FileJob[MOST_JOBS];
    private int count;
    private int deletionsInBatch;
    private int ran;

    FileQueue(Disk disk, Errands errands) {
        this.disk = disk;
        this.errands = errands;
    }

    void add(FileJob job) {
        jobs.add(job);
        goOn();
    }

    void addDeletion(FileJob job) {
        deletions.add(job);
        goOn();
    }

    boolean isIdle() {
        return !isUnderWay && jobs.isEmpty() && deletions.isEmpty();
    }

    boolean isUnderWay() {
        return isUnderWay;
    }

    Optional<BlockFault> fault() {
        return Optional.ofNullable(fault);
    }

    boolean retry() {
        if (fault != null && fault.isLasting()) {
            return false;
        }
        fault = null;
        goOn();
        return true;
    }

    /** What hasn't begun never will. */
    void close() {
        isClosed = true;
        if (!isUnderWay) {
            jobs.forEach(FileJob::abandon);
            jobs.clear();
            deletions.clear();
        }
    }

    private void goOn() {
        if (isUnderWay) {
            return;
        }
        if (isClosed) {
            close();
            return;
        }
        count = 0;
        while (count < MOST_JOBS && !deletions.isEmpty()) {
            batch[count++] = deletions.remove();
        }
        deletionsInBatch = count;
        int bytes = 0;
        while (fault == null && count < MOST_JOBS && bytes < MOST_BYTES && !jobs.isEmpty()) {
            bytes += jobs.element().bytes();
            batch[count++] = jobs.remove();
        }
        ran = 0;
        if (count > 0) {
            isUnderWay = true;
            errands.submit(this);
        }
    }

    @Override
    public void run() throws IOException {
        for (ran = 0; ran < count; ran++) {
            batch[ran].run(disk);
        }
    }

    @Override
    public void done(@Nullable IOException failure) {
        isUnderWay = false;
        if (failure != null) {
            fail(failure);
        }
        // What they do when they are done may add others: not to this batch.
        isUnderWay = true;
        try {
            allDone();
        } finally {
            isUnderWay = false;
            goOn();
        }
    }

    /** One that fails at being done doesn't keep the others from it. */
    private void allDone() {
        RuntimeException first = null;
        for (int i = 0; i < ran; i++) {
            try {
                batch[i].done();
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void fail(IOException failure) {
        // A file that can't be deleted stays; the next start finds out that nothing of it lives.
        boolean wasDeleting = ran < deletionsInBatch && !(failure instanceof SyncException);
        boolean isLasting = failure instanceof SyncException;
        if (!wasDeleting && (fault == null || isLasting)) {
            fault = new BlockFault(String.valueOf(failure.getMessage()), isLasting);
        }
        for (int i = count - 1; i >= (wasDeleting ? ran + 1 : ran); i--) {
            (i < deletionsInBatch ? deletions : jobs).addFirst(batch[i]);
        }
    }
}
