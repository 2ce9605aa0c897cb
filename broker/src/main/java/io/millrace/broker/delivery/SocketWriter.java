package io.millrace.broker.delivery;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Sends what an {@link OutboundQueue} holds. Belongs to the I/O loop of its connection.
 *
 * <p>One batch of chunks is with the network stack at a time. While the kernel doesn't take all of
 * it, the writer is blocked, and goes on when the last byte is taken. Since when the kernel has
 * been trying to take what was queued at the first block is what the write deadline looks at.
 */
public final class SocketWriter implements ChannelFutureListener {
    /** Hears how the kernel keeps up. */
    public interface Watcher {
        /** The kernel has not taken all. */
        void blocked();

        /**
         * It has taken all of an attempt in time, after one before was missed.
         *
         * @param tookNs how long that took
         */
        default void recovered(long tookNs, int chunkCount, long bytes) {}
    }

    private static final VarHandle REQUESTED;

    static {
        try {
            REQUESTED =
                    MethodHandles.lookup()
                            .findVarHandle(SocketWriter.class, "requested", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Chunks of one batch: enough for the kernel's buffers, few enough to see progress. */
    private static final int BATCH_CHUNKS = 4;

    /** A system call costs about as much as copying these. */
    private static final int MUCH_BYTES = 8 * 1024;

    private final Channel channel;
    private final OutboundQueue queue;
    private final Chunk[] batch = new Chunk[BATCH_CHUNKS];
    private int batchChunks;
    private boolean batchEndsOpen;
    private final Watcher watcher;
    private final FlushAttempt attempt = new FlushAttempt();
    private final StageRecorder latency;
    private boolean flushing;
    private boolean blocked;
    private boolean closeWhenSent;

    /** Whether an attempt was missed, and none was taken in time since. */
    private boolean late;

    // The routing thread sets it, the I/O loop resets it.
    @SuppressWarnings("unused")
    private boolean requested;

    /** The stack of {@link LoopFlusher}; whoever set {@code requested} may push. */
    @Nullable SocketWriter nextToFlush;

    /**
     * Makes a writer.
     *
     * @param latency of the I/O loop
     */
    public SocketWriter(
            Channel channel, OutboundQueue queue, Watcher watcher, StageRecorder latency) {
        this.channel = channel;
        this.queue = queue;
        this.watcher = watcher;
        this.latency = latency;
    }

    /** Whether the kernel has not taken all of the last batch. */
    public boolean isBlocked() {
        return blocked;
    }

    /** {@link System#nanoTime} since which the kernel has been trying, while it is blocked. */
    public long tryingSinceNs() {
        return attempt.startedNs();
    }

    /** Whether the kernel has taken anything since then. */
    public boolean hasProgressed() {
        return attempt.hasProgressed(waitingBytes());
    }

    /** The deadline was missed: what is queued now gets as much time again. */
    public void tryAgain(long nowNs) {
        late = true;
        beginAttempt(nowNs);
    }

    /** Chunks that are blocked, for the log line of a slow consumer. */
    public int blockedChunks() {
        return batchChunks;
    }

    /** Closes the connection as soon as all that was published is sent. */
    public void closeWhenSent() {
        closeWhenSent = true;
        flush();
    }

    /** Sends all that was published, or as much as the kernel takes. */
    public void flush() {
        // Once the connection is gone, the router gives the chunks back, and may be doing so now.
        if (blocked || flushing || !channel.isActive()) {
            return;
        }
        flushing = true;
        long readNs = queue.timedReadNs();
        long startNs = readNs == 0 ? 0 : System.nanoTime();
        try {
            while (!blocked && queue.handed() < queue.published() && channel.isActive()) {
                writeBatch();
                channel.flush();
                finishBatch();
            }
            if (!blocked && channel.isActive()) {
                if (readNs != 0) {
                    recordSent(readNs, startNs);
                }
                queue.giveBackIdle();
                if (closeWhenSent) {
                    channel.close();
                }
            }
        } finally {
            flushing = false;
        }
    }

    private void recordSent(long readNs, long startNs) {
        queue.timed();
        long nowNs = System.nanoTime();
        latency.record(Stage.SOCKET_WRITE, nowNs - startNs);
        latency.record(Stage.READ_TO_SENT, nowNs - readNs);
    }

    /** The kernel has taken all of the batch that was blocked, or the connection is closed. */
    @Override
    public void operationComplete(ChannelFuture drained) {
        blocked = false;
        if (drained.isSuccess()) {
            finishBatch();
            flush();
        } else {
            giveBackBatch();
        }
    }

    /** Whether so much waits that sending it with more to come would gain nothing. */
    boolean hasMuchToSend() {
        return queue.unsentBytes() >= MUCH_BYTES;
    }

    /** Whether the caller is the first to request a flush since the last one. */
    boolean requestFlush() {
        return !(boolean) REQUESTED.getAndSet(this, true);
    }

    /** A flush that was requested. */
    void flushRequested() {
        boolean _ = (boolean) REQUESTED.getAndSet(this, false);
        flush();
    }

    /** A flush ended in a defect: the connection's handler hears of it, and closes it. */
    void failed(RuntimeException defect) {
        channel.pipeline().fireExceptionCaught(defect);
    }

    private void writeBatch() {
        long published = queue.published();
        batchChunks = 0;
        while (batchChunks < BATCH_CHUNKS && queue.handed() < published) {
            Chunk chunk = queue.chunkToSend();
            long from = queue.handed();
            long end = chunk.end();
            long upTo = Math.min(published, end);
            chunk.buffer.setIndex((int) (from - chunk.start), (int) (upTo - chunk.start));
            chunk.buffer.retain();
            queue.handOver(chunk, upTo, upTo == end);
            batch[batchChunks++] = chunk;
            batchEndsOpen = upTo != end;
            channel.write(chunk.buffer, channel.voidPromise());
        }
    }

    private void finishBatch() {
        if (batch[batchChunks - 1].isInUse()) {
            blocked = true;
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(this);
            if (blocked) {
                if (attempt.isOver(queue.sent())) {
                    beginAttempt(System.nanoTime());
                }
                watcher.blocked();
            }
            return;
        }
        queue.sent(queue.handed());
        attempt.taken(batchChunks);
        giveBackBatch();
        if (late && attempt.isOver(queue.sent())) {
            late = false;
            watcher.recovered(
                    System.nanoTime() - attempt.startedNs(), attempt.chunks(), attempt.bytes());
        }
    }

    private void beginAttempt(long nowNs) {
        attempt.begin(nowNs, queue.sent(), queue.published(), waitingBytes());
    }

    /** Bytes that the network stack holds, as it reckons them. */
    private long waitingBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }

    /** Gives back the chunks of the batch that are no longer part of the queue. */
    private void giveBackBatch() {
        for (int i = 0; i < batchChunks; i++) {
            if (i < batchChunks - 1 || !batchEndsOpen) {
                queue.giveBack(batch[i]);
            }
        }
        batchChunks = 0;
    }
}
