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

/** The application writes while the loop, which was asked to before, looks. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "the loop has seen it")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "the loop is asked again")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "seen, and asked for nothing")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "nobody looks at what was written")
@State
public class PipeAskStress {
    private int asked;
    private final Pipe pipe = new Pipe(() -> asked++, 2);

    /** Has the loop asked, though there is nothing to see. */
    public PipeAskStress() {
        write();
        pipe.read(Unpooled.buffer(1, 1));
    }

    private void write() {
        try {
            pipe.write(new byte[1], 0, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Actor
    public void loop(ZZ_Result result) {
        pipe.answer();
        result.r1 = pipe.isReadable();
    }

    @Actor
    public void application(ZZ_Result result) {
        write();
        result.r2 = asked > 1;
    }
}
