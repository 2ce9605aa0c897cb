package io.millrace.bench;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.DiscardingWriter;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.PendingBound;

/** A connection whose kernel takes everything at once. */
public final class Sink implements FarEnd {
    private final DiscardingWriter writer;

    /** Takes what the queue holds at each flush. */
    public Sink(OutboundQueue queue) {
        writer = new DiscardingWriter(queue);
    }

    /** Bytes taken so far. */
    public long bytes() {
        return writer.bytes();
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public void close(CloseReason reason) {
        throw new IllegalStateException(reason.text());
    }

    @Override
    public boolean stall(OutboundQueue slow, PendingBound bound) {
        throw new IllegalStateException("nothing is ever pending");
    }

    @Override
    public void reconfigure() {}
}
