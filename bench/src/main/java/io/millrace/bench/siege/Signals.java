package io.millrace.bench.siege;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A flood, and the server is signalled meanwhile.
 *
 * @param signal what it is sent; HUP is sent again and again, with another configuration each time
 */
record Signals(String name, String sentence, String signal) implements Siege {
    private static final long FLOOD_NS = 50_000_000;
    private static final String RELOAD = "HUP";

    @Override
    public boolean endsServer() {
        return !signal.equals(RELOAD);
    }

    @Override
    public void run(Target target, Deadline given) throws IOException, InterruptedException {
        // Whoever ends gets no time to do so in peace.
        Deadline until = endsServer() ? given.atLeast(Besieged.END_S) : given;
        Peer subscriber = target.client(until);
        subscriber.say("SUB flood.* 1\r\n", until);
        Peer publisher = target.client(until);
        ByteBuffer messages = Peer.repeated("PUB flood.a 16\r\n0123456789abcdef\r\n");
        boolean signalled = false;
        while (!until.isOver() && !publisher.isClosed()) {
            long end = Math.min(until.atNs(), System.nanoTime() + FLOOD_NS);
            Deadline soon = new Deadline(end);
            while (!soon.isOver() && !publisher.isClosed()) {
                messages.rewind();
                while (messages.hasRemaining() && !publisher.isClosed() && !until.isOver()) {
                    publisher.say(messages, true, Deadline.inSeconds(0.001));
                    subscriber.drop();
                }
            }
            if (!endsServer()) {
                target.server().reload();
            } else if (!signalled) {
                target.server().signal(signal);
                signalled = true;
            }
        }
    }
}
