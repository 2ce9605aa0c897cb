package io.millrace.broker.transport.inprocess;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** One thread writes more than there is room for, in pieces, while the other reads. */
@JCStressTest
@Outcome(id = "1234", expect = Expect.ACCEPTABLE, desc = "all came in order")
@Outcome(id = "123", expect = Expect.ACCEPTABLE, desc = "there was no room for the last")
@Outcome(id = "12", expect = Expect.ACCEPTABLE, desc = "there was no room for the last two")
@Outcome(expect = Expect.FORBIDDEN, desc = "bytes were lost, came twice or too early")
@State
public class ByteRingStress {
    private final ByteRing ring = new ByteRing(2);
    private final byte[] got = new byte[8];
    private int count;

    @Actor
    public void writer() {
        ring.write(new byte[] {1, 2}, 0, 2);
        if (ring.write(new byte[] {3}, 0, 1) == 1) {
            ring.write(new byte[] {4}, 0, 1);
        }
    }

    @Actor
    public void reader() {
        read();
        read();
    }

    private void read() {
        count += ring.read(got, count, 2);
    }

    @Arbiter
    public void readTheRest(L_Result result) {
        read();
        read();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(got[i]);
        }
        result.r1 = text.toString();
    }
}
