package io.millrace.broker.delivery;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** An I/O loop gives chunks back while the routing thread collects them. */
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both came back")
@Outcome(expect = Expect.FORBIDDEN, desc = "a chunk was lost")
@State
public class ChunkPoolStress {
    private final ChunkPool pool = new ChunkPool();
    private final Chunk one = pool.take(1);
    private final Chunk other = pool.take(1);

    @Actor
    public void loop() {
        pool.giveBack(one);
        pool.giveBack(other);
    }

    @Actor
    public void router() {
        pool.collectReturned();
    }

    @Arbiter
    public void takeBoth(I_Result result) {
        Chunk first = pool.take(1);
        Chunk second = pool.take(1);
        boolean both = first == one && second == other || first == other && second == one;
        result.r1 = both ? 2 : 0;
        first.free();
        second.free();
    }
}
