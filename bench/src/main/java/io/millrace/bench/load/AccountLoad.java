package io.millrace.bench.load;

import java.time.Duration;

/**
 * A load whose clients log in: its two sides may be in different accounts.
 *
 * @param publisher who its publishers or requesters are
 * @param subscriber who its subscribers or services are
 */
public record AccountLoad(Login publisher, Login subscriber, Load load) implements Load {
    @Override
    public Outcome run(Placement at, Duration duration) throws Exception {
        return load.run(at.as(publisher, subscriber), duration);
    }
}
