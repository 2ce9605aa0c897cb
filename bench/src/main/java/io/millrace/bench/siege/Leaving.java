package io.millrace.bench.siege;

import java.io.IOException;

/** A client with very many subscriptions that leaves at once; everybody else is answered. */
final class Leaving implements Siege {
    private static final int COUNT = 600_000;

    /** Without the subscriptions there is nothing to see. */
    private static final double SUBSCRIBING_S = 20;

    private static final double LEAVING_S = 1;

    @Override
    public String name() {
        return "leaving";
    }

    @Override
    public String sentence() {
        return "a client with 600,000 subscriptions leaves at once";
    }

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        MuchInterest interest =
                new MuchInterest(
                        name(),
                        sentence(),
                        ground(),
                        COUNT,
                        i -> "SUB gone." + i % 1000 + "." + i / 1000 + " " + i + "\r\n");
        Peer peer = target.client(until);
        Deadline patient = until.atLeast(SUBSCRIBING_S);
        interest.subscribe(peer, patient);
        peer.fence(patient);
        target.leave(peer);
        until.atLeast(LEAVING_S).await();
    }
}
