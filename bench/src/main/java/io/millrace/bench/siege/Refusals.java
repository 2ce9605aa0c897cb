package io.millrace.bench.siege;

import java.io.IOException;

/**
 * A client that is refused again and again, reads that, and has each refusal logged.
 *
 * @param said what is refused
 */
record Refusals(String name, String sentence, Ground ground, String said) implements Siege {
    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        while (!until.isOver()) {
            Peer peer = target.client(Target.user("narrow"), until);
            peer.flood(Peer.repeated(said), true, until);
            target.leave(peer);
        }
    }
}
