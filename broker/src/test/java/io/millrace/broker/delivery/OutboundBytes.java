package io.millrace.broker.delivery;

import java.io.ByteArrayOutputStream;

/** Takes what was published out of a queue, as a socket writer would. */
public final class OutboundBytes {
    private OutboundBytes() {}

    /** All that was published and not yet taken. */
    public static byte[] take(OutboundQueue queue) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long published = queue.published();
        while (queue.handed() < published) {
            Chunk chunk = queue.chunkToSend();
            long end = chunk.end();
            long upTo = Math.min(published, end);
            out.writeBytes(
                    chunk.region.bytes(
                            (int) (queue.handed() - chunk.start), (int) (upTo - queue.handed())));
            queue.handOver(chunk, upTo, upTo == end);
            if (upTo == end) {
                queue.giveBack(chunk);
            }
        }
        queue.sent(queue.handed());
        queue.giveBackIdle();
        return out.toByteArray();
    }
}
