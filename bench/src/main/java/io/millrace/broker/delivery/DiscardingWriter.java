package io.millrace.broker.delivery;

/** Takes what an outbound queue holds, as {@link SocketWriter} does, but for no socket. */
public final class DiscardingWriter {
    private final OutboundQueue queue;
    private long bytes;

    public DiscardingWriter(OutboundQueue queue) {
        this.queue = queue;
    }

    /** Bytes taken so far. */
    public long bytes() {
        return bytes;
    }

    /** Takes all that was published. */
    public void flush() {
        long published = queue.published();
        while (queue.handed() < published) {
            Chunk chunk = queue.chunkToSend();
            long end = chunk.end();
            long upTo = Math.min(published, end);
            bytes += upTo - queue.handed();
            queue.handOver(chunk, upTo, upTo == end);
            if (upTo == end) {
                queue.giveBack(chunk);
            }
        }
        queue.sent(queue.handed());
        queue.giveBackIdle();
    }
}
