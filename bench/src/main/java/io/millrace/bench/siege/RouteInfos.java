package io.millrace.bench.siege;

import java.io.IOException;
import java.util.ArrayDeque;

/**
 * Another server that is taken in and says things of itself which are passed on: to clients, to a
 * second server, into the log.
 *
 * @param called its name, to which a number is added
 * @param more fields of its INFO, each behind a comma
 * @param kept how many such servers stay when others come
 */
record RouteInfos(String name, String sentence, String called, String more, int kept)
        implements Siege {
    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        ArrayDeque<Peer> open = new ArrayDeque<>();
        Peer listener = target.joined(id("L", target), "listener" + name, Target.POOLED, until);
        int number = 0;
        while (!until.isOver()) {
            String id = id("N" + number, target);
            Peer peer = target.joined(id, called + number, Target.POOLED + more, until);
            peer.fence(until);
            listener.drop();
            if (listener.isClosed()) {
                target.leave(listener);
                listener = target.joined(id("L", target), "listener" + name, Target.POOLED, until);
            }
            open.add(peer);
            if (open.size() > kept) {
                target.leave(open.remove());
            }
            number++;
        }
    }

    /** Other runs may go on at the same time. */
    private static String id(String text, Target target) {
        return text + System.identityHashCode(target);
    }
}
