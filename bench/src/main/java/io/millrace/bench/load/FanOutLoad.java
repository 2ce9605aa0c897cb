package io.millrace.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Subjects with a publisher and several subscribers each, who publish and read as fast as they can:
 * every message goes to a few of very many connections.
 *
 * @param subjects number of subjects, and of publishers
 * @param subscribersEach number of subscribers of each subject
 * @param size bytes of a payload, at least 8
 */
public record FanOutLoad(int subjects, int subscribersEach, int size) implements Load {
    private static final int BATCH_BYTES = 64 * 1024;

    /** No server runs dry with it, and what waits with all of them fits into a server's memory. */
    private static final long WINDOW_BYTES = 1024 * 1024;

    @Override
    public Outcome run(Placement at, Duration duration) throws Exception {
        List<LoadClient> clients = new ArrayList<>();
        try {
            List<FanOutSubject> all = new ArrayList<>();
            for (int i = 0; i < subjects; i++) {
                all.add(
                        new FanOutSubject(
                                at, i, subscribersEach, size, BATCH_BYTES, WINDOW_BYTES, clients));
            }
            Outcome outcome;
            try (FanOut fanOut = new FanOut(all, List.of())) {
                outcome = fanOut.run(duration);
            }
            for (FanOutSubject subject : all) {
                subject.end();
            }
            return outcome;
        } finally {
            for (LoadClient client : clients) {
                client.close();
            }
        }
    }
}
