package io.millrace.bench.siege;

import java.io.IOException;

/**
 * A client with very many subscriptions that all match, publishing to very many subjects. Its own
 * messages don't come back to it, so that finding out who gets them is all there is to do.
 *
 * @param subscriptions how many match
 * @param queued whether each is in a queue group of its own
 */
record WideInterest(String name, String sentence, int subscriptions, boolean queued)
        implements Siege {
    private static final int SUBJECTS = 124_000;
    private static final int AT_ONCE = 100;

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        String everything = "SUB > 1\r\n";
        Peer all = target.client(until);
        all.say(everything, until);
        Peer wide = target.client(",\"echo\":false", until);
        StringBuilder subscribing = new StringBuilder();
        for (int sid = 1; sid <= subscriptions; sid++) {
            subscribing.append("SUB m.> ").append(queued ? "q" + sid + " " : "").append(sid);
            subscribing.append("\r\n");
        }
        wide.sayReading(subscribing.toString(), until);
        for (int i = 0; !until.isOver() && !wide.isClosed(); i += AT_ONCE) {
            StringBuilder publishing = new StringBuilder();
            for (int j = i; j < i + AT_ONCE; j++) {
                publishing.append("PUB m.").append(j % SUBJECTS).append(" 0\r\n\r\n");
            }
            wide.sayReading(publishing.toString(), until);
            all.drop();
        }
    }
}
