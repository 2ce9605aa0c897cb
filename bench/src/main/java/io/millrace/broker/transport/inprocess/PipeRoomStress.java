package io.millrace.broker.transport.inprocess;

import io.netty.buffer.Unpooled;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The application makes room while the loop is about to wait for some. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "waited, and was asked")
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "saw that there is room")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "saw it, and asked for nothing")
@Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "waits, and nobody asks")
@State
public class PipeRoomStress {
    private int asked;
    private final Pipe pipe = new Pipe(() -> asked++, 2);

    public PipeRoomStress() {
        pipe.write(Unpooled.wrappedBuffer(new byte[2]));
    }

    @Actor
    public void loop(ZZ_Result result) {
        result.r1 = pipe.mustWaitForRoom();
    }

    @Actor
    public void application(ZZ_Result result) {
        try {
            pipe.read(new byte[2], 0, 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        result.r2 = asked > 0;
    }
}
