package io.millrace.bench.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Very many readers of the monitoring pages that ask and don't read, or don't even ask.
 *
 * @param asked what each of them says
 * @param often how often it says so; 0 for as often as the server takes it
 */
record Readers(String name, String sentence, String asked, int often) implements Siege {
    private static final int READERS = 128;
    private static final int SUBSCRIPTIONS = 20_000;

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        // So that the pages have something to show.
        Peer subscriber = target.client(until);
        StringBuilder subscribing = new StringBuilder();
        for (int sid = 0; sid < SUBSCRIPTIONS; sid++) {
            subscribing.append("SUB shown.").append(sid).append(' ').append(sid).append("\r\n");
        }
        subscriber.sayReading(subscribing.toString(), until);
        List<Peer> readers = new ArrayList<>();
        while (readers.size() < READERS && !until.isOver()) {
            Peer reader = target.http();
            reader.say(asked.repeat(often), until);
            readers.add(reader);
        }
        while (!until.isOver()) {
            for (Peer reader : readers) {
                if (often == 0 && !reader.isClosed()) {
                    reader.say(asked, Deadline.inSeconds(0));
                }
            }
            until.pause(1_000_000);
        }
    }
}
