package io.millrace.bench.siege;

import java.io.IOException;
import java.util.function.IntFunction;

/**
 * Another server that is taken in and says things without end.
 *
 * @param said what it says, with a number
 * @param reading whether it reads
 */
record RouteFlood(String name, String sentence, IntFunction<String> said, boolean reading)
        implements Siege {
    private static final int AT_ONCE_BYTES = 64 * 1024;

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        int number = 0;
        while (!until.isOver()) {
            String id = "NFLOOD" + number + "X" + System.identityHashCode(target);
            Peer peer = target.joined(id, id, Target.POOLED, until);
            while (!until.isOver() && !peer.isClosed()) {
                StringBuilder text = new StringBuilder();
                while (text.length() < AT_ONCE_BYTES) {
                    text.append(said.apply(number++));
                }
                if (reading) {
                    peer.sayReading(text.toString(), until);
                } else {
                    peer.say(text.toString(), until);
                }
            }
            target.leave(peer);
        }
    }
}
