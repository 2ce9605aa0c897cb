package io.millrace.broker.ring;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

import java.util.concurrent.atomic.AtomicLong;

/** A producer publishes and rings while the consumer is about to sleep. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "slept, and was woken")
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "saw it, and was woken for nothing")
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "saw it and stayed awake")
@Outcome(id = "false, true", expect = Expect.FORBIDDEN, desc = "sleeps, and nobody wakes it")
@State
public class DoorbellStress {
    private final Doorbell doorbell = new Doorbell();

    /** As weak as the ring's cursor. */
    private final AtomicLong cursor = new AtomicLong();

    @Actor
    public void producer(ZZ_Result result) {
        cursor.lazySet(1);
        result.r1 = doorbell.ring();
    }

    @Actor
    public void consumer(ZZ_Result result) {
        result.r2 = doorbell.maySleep(() -> cursor.getAcquire() == 0);
    }
}
