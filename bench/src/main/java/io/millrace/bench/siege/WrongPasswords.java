package io.millrace.bench.siege;

import java.io.IOException;
import java.util.ArrayDeque;

/**
 * A hundred wrong passwords a second against a bcrypt hash; the right one is let in beside them.
 */
final class WrongPasswords implements Siege {
    private static final String USER = "hashed";
    private static final String RIGHT = "drawbridge1";
    private static final long EVERY_NS = 10_000_000;
    private static final int RIGHT_EVERY = 50;
    private static final int MOST_OPEN = 200;

    @Override
    public String name() {
        return "wrong-passwords";
    }

    @Override
    public String sentence() {
        return "a hundred wrong bcrypt passwords a second are tried beside the right one";
    }

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        ArrayDeque<Peer> open = new ArrayDeque<>();
        for (int i = 0; !until.isOver(); i++) {
            if (i % RIGHT_EVERY == RIGHT_EVERY / 2) {
                Talk.connected(target.server().port(), USER, RIGHT).close();
            }
            Peer peer = target.silent();
            peer.say("CONNECT {\"user\":\"" + USER + "\",\"pass\":\"wrong\"}\r\n", until);
            open.add(peer);
            if (open.size() > MOST_OPEN) {
                Peer first = open.remove();
                first.drop();
                target.leave(first);
            }
            until.pause(EVERY_NS);
        }
    }
}
