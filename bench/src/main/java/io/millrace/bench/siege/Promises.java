package io.millrace.bench.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Very many clients that begin something and don't go on with it, or only a byte a second.
 *
 * @param introduced whether they say CONNECT before
 * @param begun what they begin with
 * @param dripping whether they go on with a byte a second
 */
record Promises(String name, String sentence, boolean introduced, String begun, boolean dripping)
        implements Siege {
    private static final int PEERS = 500;
    private static final long SECOND_NS = 1_000_000_000;

    /** Of a quarter of a megabyte for each. */
    @Override
    public int growthMib() {
        return PEERS / 4;
    }

    /** As the reference has it: who never came in is left without a word. */
    @Override
    public boolean isNamed() {
        return introduced;
    }

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        List<Peer> peers = new ArrayList<>();
        while (peers.size() < PEERS && !until.isOver()) {
            Peer peer = introduced ? target.client(until) : target.silent();
            peer.say(begun, until);
            peers.add(peer);
        }
        while (!until.isOver()) {
            until.pause(SECOND_NS);
            for (Peer peer : peers) {
                if (dripping && !peer.isClosed()) {
                    peer.say("x", until);
                }
            }
        }
    }
}
