package io.millrace.broker.delivery;

import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

/** Writes commands as messages into a queue, and says which bytes came out of it. */
final class Delivery implements AutoCloseable {
    private final ChunkPool pool = new ChunkPool();
    private final OutboundQueue queue = new OutboundQueue(pool);
    private final MessageWriter writer = new MessageWriter();

    /**
     * The bytes a subscriber gets for one command.
     *
     * @param command a whole PUB or HPUB
     * @param headers whether the subscriber understands headers
     */
    byte[] of(byte[] command, byte[] sid, boolean headers) {
        // The message must not depend on what stands behind the command in memory.
        try (NativeBlock block = NativeBlock.allocate(command.length + Long.BYTES)) {
            Region bytes = block.region();
            bytes.put(0, command);
            FrameBlock frames = new FrameBlock(1);
            CommandParser parser = new CommandParser(4096, 1 << 20);
            parser.headers(true);
            frames.reset(bytes);
            CommandParser.Status status = parser.parse(bytes, 0, command.length, frames);
            if (frames.count() != 1 || parser.consumed() != command.length) {
                throw new AssertionError(status + " for a command that is right");
            }
            writer.write(queue, new Message().of(frames.frame(0)), new SidText(sid), headers);
            frames.free();
        }
        return take();
    }

    private byte[] take() {
        queue.publish(0);
        return OutboundBytes.take(queue);
    }

    @Override
    public void close() {
        queue.release();
        pool.close();
    }
}
