package io.millrace.broker.delivery;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** The router appends while the I/O loop sends and gives chunks back. */
@JCStressTest
@Outcome(id = "false, 2", expect = Expect.ACCEPTABLE, desc = "all sent, no chunk held")
@Outcome(expect = Expect.FORBIDDEN, desc = "bytes lost, sent twice, or a chunk kept")
@State
public class OutboundQueueStress {
    private final ChunkPool pool = new ChunkPool();
    private final OutboundQueue queue = new OutboundQueue(pool);
    private final DiscardingWriter writer = new DiscardingWriter(queue);

    @Actor
    public void router() {
        queue.append(new byte[] {1});
        queue.publish(0);
        queue.append(new byte[] {2});
        queue.publish(0);
    }

    @Actor
    public void loop() {
        writer.flush();
        writer.flush();
    }

    @Arbiter
    public void flushOnceMore(ZI_Result result) {
        writer.flush();
        result.r1 = queue.holdsChunk();
        result.r2 = (int) writer.bytes();
        queue.release();
        pool.close();
    }
}
