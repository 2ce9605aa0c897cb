package io.millrace.bench.siege;

import java.io.IOException;

/**
 * Another server whose CONNECT is refused with a text, and a line in the log, that quotes what it
 * said.
 *
 * @param connect the whole line
 */
record RouteConnects(String name, String sentence, String connect) implements Siege {
    /** Nearly as long as a line of a route may be. */
    static final int LONG = 59_000;

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        while (!until.isOver()) {
            Peer peer = target.route(until);
            peer.say(connect, until);
            // The answer comes, or the end.
            peer.await("\r\n", until);
            peer.drop();
            target.leave(peer);
        }
    }
}
