package io.millrace.bench.siege;

import java.io.IOException;

/**
 * A client that publishes once, and then always subscribes before it takes the last subscription
 * back.
 *
 * @param subject of the subscriptions
 * @param hits a subject that it matches
 */
record StaleResults(String name, String sentence, String subject, String hits) implements Siege {
    private static final int AT_ONCE = 1000;

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        Peer peer = target.client(until);
        peer.sayReading("SUB " + subject + " 0\r\nPUB " + hits + " 0\r\n\r\n", until);
        for (int sid = 0; !until.isOver() && !peer.isClosed(); ) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < AT_ONCE; i++) {
                text.append("SUB ").append(subject).append(' ').append(sid + 1).append("\r\n");
                text.append("UNSUB ").append(sid++).append("\r\n");
            }
            peer.sayReading(text.toString(), until);
        }
    }
}
