package io.millrace.bench.siege;

import java.io.IOException;

/** Thousands of clients that come, say who they are and what they want, and leave at once. */
final class Churn implements Siege {
    private static final int CLIENTS = 5_000;

    @Override
    public String name() {
        return "churn";
    }

    @Override
    public String sentence() {
        return "5,000 clients come and go one after another";
    }

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        for (int i = 0; i < CLIENTS && !until.isOver(); i++) {
            Peer peer = target.client(until);
            peer.say("SUB here." + i + " 1\r\nPUB here." + i + " 0\r\n\r\n", until);
            target.leave(peer);
        }
    }
}
