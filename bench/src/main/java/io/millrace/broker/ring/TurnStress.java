package io.millrace.broker.ring;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

import java.util.concurrent.atomic.AtomicLong;

/** One publishes while another, whose turn it is, gives it up. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "both look at it")
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "who published has the turn")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "who had the turn sees to it")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "nobody consumes it")
@State
public class TurnStress {
    private final Turn turn = new Turn();

    /** As weak as the ring's cursor. */
    private final AtomicLong cursor = new AtomicLong();

    public TurnStress() {
        turn.tryTake();
    }

    @Actor
    public void producer(ZZ_Result result) {
        cursor.lazySet(1);
        result.r1 = turn.tryTake();
    }

    @Actor
    public void holder(ZZ_Result result) {
        turn.giveUp();
        result.r2 = cursor.getAcquire() != 0;
    }
}
