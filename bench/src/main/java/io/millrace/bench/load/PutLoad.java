package io.millrace.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * One client that puts values under keys in turn, or objects one after the other, each value or
 * chunk acknowledged. What tells of an object besides its chunks is left out.
 *
 * @param kept what the stream is used as
 * @param keys number of keys
 * @param size bytes of a value or chunk
 * @param window of these that may wait for their answers; with 1 the time to each answer is
 *     measured
 * @param atOnce of these that are put whatever time that takes
 */
public record PutLoad(Kept kept, int keys, int size, int window, int atOnce) implements StagedLoad {
    @Override
    public Stage open(Placement at) throws IOException {
        LoadClient asking = at.publisher(0);
        Stream stream = kept.create(asking);
        AckedPublisher publisher =
                new AckedPublisher(at.publisher(0), 0, List.of(stream), size, window, keys);
        return new Stage() {
            @Override
            public Outcome run(Duration duration) throws IOException {
                long start = System.nanoTime();
                long messages = 0;
                do {
                    messages += publisher.publish(atOnce);
                } while (System.nanoTime() - start < duration.toNanos());
                double seconds = (System.nanoTime() - start) / 1e9;
                return new Outcome(messages, seconds, window == 1 ? publisher.latencyNs() : null);
            }

            @Override
            public void close() throws IOException {
                try {
                    stream.close();
                } finally {
                    publisher.close();
                    asking.close();
                }
            }
        };
    }
}
