package io.millrace.bench.siege;

import java.io.IOException;

/**
 * A client that says the same again and again, each time owed an answer, and never reads.
 *
 * @param connect fields of CONNECT, each behind a comma
 * @param first what is said once, before
 * @param said what is said again and again
 */
record UnreadAnswers(String name, String sentence, String connect, String first, String said)
        implements Siege {
    /** What waits for one client is 1 MB at most; the rest is the heap, as lines are logged. */
    @Override
    public int growthMib() {
        return 280;
    }

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        while (!until.isOver()) {
            Peer peer = target.unreading(connect, until);
            peer.say(first, until);
            peer.flood(Peer.repeated(said), false, until);
            target.leave(peer);
        }
    }
}
