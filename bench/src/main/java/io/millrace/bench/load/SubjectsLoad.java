package io.millrace.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * One publisher to a stream with very many subjects, a message of each: the stream is what remains.
 * It takes as long as it takes.
 *
 * @param subjects number of subjects
 * @param size bytes of a payload
 */
public record SubjectsLoad(int subjects, int size) implements StagedLoad {
    private static final int WINDOW = 500;

    @Override
    public boolean isFilled() {
        return true;
    }

    @Override
    public Stage open(Placement at) throws IOException {
        LoadClient asking = at.publisher(0);
        Stream stream = Stream.create(asking, Stream.Storage.FILE);
        AckedPublisher publisher =
                new AckedPublisher(at.publisher(0), 0, List.of(stream), size, WINDOW, subjects);
        return new Stage() {
            @Override
            public Outcome run(Duration duration) throws IOException {
                long start = System.nanoTime();
                long messages = publisher.publish(subjects);
                return new Outcome(messages, (System.nanoTime() - start) / 1e9, null);
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
