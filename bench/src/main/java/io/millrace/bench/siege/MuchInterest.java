package io.millrace.bench.siege;

import java.io.IOException;
import java.util.function.IntFunction;

/**
 * A client that subscribes and subscribes, reads, and then keeps it all. What it publishes doesn't
 * come back to it.
 *
 * @param count how often
 * @param said what it says each time
 */
record MuchInterest(
        String name, String sentence, Ground ground, int count, IntFunction<String> said)
        implements Siege {
    private static final int AT_ONCE_BYTES = 64 * 1024;

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        Peer peer = target.client(",\"echo\":false", until);
        subscribe(peer, until);
        while (!until.isOver() && !peer.isClosed()) {
            peer.drop();
            until.pause(1_000_000);
        }
    }

    /** Says it all, if there is time. */
    void subscribe(Peer peer, Deadline until) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count && !until.isOver() && !peer.isClosed(); i++) {
            text.append(said.apply(i));
            if (text.length() >= AT_ONCE_BYTES || i == count - 1) {
                peer.sayReading(text.toString(), until);
                text.setLength(0);
            }
        }
    }
}
