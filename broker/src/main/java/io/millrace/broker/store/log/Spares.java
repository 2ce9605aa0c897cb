package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.disk.Errand;
import io.millrace.broker.store.disk.Errands;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Files that wait to be the next segment: one is always kept ready. Those that are let go come
 * first; where there is none, a new one is made behind the log's back, at the pace at which the
 * segment in use fills up.
 */
final class Spares implements AutoCloseable {
    /** How many are kept; what is let go beyond is deleted. */
    private static final int KEPT = 2;

    /** A new one is finished when the segment in use is full to this part. */
    private static final int FINISHED_BY = 2;

    private final Disk disk;
    private final String directory;
    private final int segmentBytes;
    private final Errands errands;
    private final Deque<DiskFile> ready = new ArrayDeque<>();
    private final Deque<DiskFile> unneeded = new ArrayDeque<>();
    private long nextName;
    private boolean isRemoving;
    private boolean isEnding;

    private @Nullable SpareMaking making;
    private int steps;
    private int usedBytes;
    private boolean underWay;
    private boolean wanted;
    private @Nullable IOException shortage;

    Spares(Disk disk, String directory, int segmentBytes, Errands errands, long nextName) {
        this.disk = disk;
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.errands = errands;
        this.nextName = nextName;
    }

    /** One that is ready, if there is one; else it is made as fast as can be. */
    @Nullable DiskFile take() {
        DiskFile file = ready.poll();
        if (file == null) {
            wanted = true;
            step();
        }
        return file;
    }

    /** A file that is a segment, but not needed any more. */
    void give(DiskFile file) {
        if (ready.size() < KEPT) {
            ready.add(file);
            wanted = false;
            shortage = null;
        } else {
            unneeded.add(file);
            removeNext();
        }
    }

    /** One at a time: a lot may be let go at once. */
    private void removeNext() {
        DiskFile next = isRemoving ? null : unneeded.poll();
        if (next != null) {
            isRemoving = true;
            errands.submit(new Removal(next));
        }
    }

    /** Makes one now, on this thread, unless one is ready; {@link #shortage} if it can't. */
    void ensure() {
        if (!ready.isEmpty()) {
            return;
        }
        try (SpareMaking now = next()) {
            try {
                ready.add(now.whole());
            } catch (IOException e) {
                shortage = e;
                now.discard();
            }
        } catch (IOException e) {
            // What is left of it is removed when the log is opened again.
            shortage = e;
        }
    }

    /** So much of the segment in use is used: goes on with the next one, if that is due. */
    void pace(int bytes) {
        usedBytes = bytes;
        if (!ready.isEmpty() || shortage != null) {
            return;
        }
        long all = SpareMaking.steps(segmentBytes);
        if (wanted || steps < all * usedBytes * FINISHED_BY / segmentBytes) {
            step();
        }
    }

    /** Whether one is ready. */
    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** The log is about to be closed: nothing new is begun. */
    void end() {
        isEnding = true;
    }

    /** Why none could be made; empty if one is there, or on its way. */
    Optional<String> shortage() {
        return Optional.ofNullable(shortage).map(why -> String.valueOf(why.getMessage()));
    }

    private SpareMaking next() {
        return new SpareMaking(disk, directory, SegmentNames.of(nextName++), segmentBytes);
    }

    private void step() {
        if (underWay || isEnding) {
            return;
        }
        if (making == null) {
            making = next();
        }
        shortage = null;
        underWay = true;
        errands.submit(new Step(making, wanted));
    }

    private void onStep(@Nullable DiskFile made) {
        underWay = false;
        steps++;
        if (made != null) {
            forget();
            ready.add(made);
            steps = 0;
            wanted = false;
        } else {
            pace(usedBytes);
        }
    }

    /** The next is tried when it is wanted, not before: the disk is full, or worse. */
    private void onFailure(IOException why) {
        shortage = why;
        wanted = false;
        underWay = false;
        steps = 0;
        SpareMaking failed = making;
        making = null;
        if (failed != null) {
            errands.submit(new Discarding(failed));
        }
    }

    private void forget() {
        if (making != null) {
            making.close();
            making = null;
        }
    }

    /** What can't be deleted is when the log is opened again. */
    private static void discard(SpareMaking unfinished) {
        try {
            unfinished.discard();
        } catch (IOException e) {
            // Nothing depends on it.
        }
    }

    /** Closes the files; nothing of it is under way any more. */
    @Override
    public void close() throws IOException {
        if (making != null) {
            discard(making);
        }
        forget();
        for (DiskFile each : ready) {
            each.close();
        }
        for (DiskFile each : unneeded) {
            each.close();
        }
    }

    /** One step of making one. */
    private final class Step implements Errand {
        private final SpareMaking of;
        private final boolean isHurried;
        private @Nullable DiskFile made;

        Step(SpareMaking of, boolean isHurried) {
            this.of = of;
            this.isHurried = isHurried;
        }

        @Override
        public void run() throws IOException {
            made = of.step(isHurried);
        }

        @Override
        public void done(@Nullable IOException failure) {
            if (failure == null) {
                onStep(made);
            } else {
                onFailure(failure);
            }
        }
    }

    /** Gives back the space of one that can't be finished: others need it. */
    private record Discarding(SpareMaking failed) implements Errand {
        @Override
        public void run() throws IOException {
            failed.discard();
        }

        @Override
        public void done(@Nullable IOException failure) {
            failed.close();
        }
    }

    /** Removes one that nobody needs; if that fails, it is found when the log is opened. */
    private final class Removal implements Errand {
        private final DiskFile file;

        Removal(DiskFile file) {
            this.file = file;
        }

        @Override
        public void run() throws IOException {
            file.close();
            disk.delete(file.name());
            disk.syncDirectory(directory);
        }

        @Override
        public void done(@Nullable IOException failure) {
            isRemoving = false;
            removeNext();
        }
    }
}
