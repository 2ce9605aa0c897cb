package io.millrace.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A load while another one goes on: the figures are its own, but the processor time is that of
 * both.
 *
 * @param load what is measured
 * @param other what goes on beside it
 */
public record BesideLoad(Load load, AckedLoad other) implements StagedLoad {
    /** Time for the other one to begin. */
    private static final Duration AHEAD = Duration.ofMillis(100);

    @Override
    public Stage open(Placement at) throws Exception {
        AckedLoad.Opened busy = other.open(at);
        return new Stage() {
            @Override
            public Outcome run(Duration duration) throws Exception {
                return beside(busy, at, duration);
            }

            @Override
            public void close() throws IOException {
                busy.close();
            }
        };
    }

    private Outcome beside(AckedLoad.Opened busy, Placement at, Duration duration)
            throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<Outcome> going =
                    threads.submit(() -> busy.run(duration.plus(AHEAD.multipliedBy(5))));
            Thread.sleep(AHEAD);
            long before = busy.acknowledged();
            long start = System.nanoTime();
            Outcome outcome = load.run(at, duration);
            double seconds = (System.nanoTime() - start) / 1e9;
            long messages = busy.acknowledged() - before;
            if (going.isDone()) {
                throw new IOException("the load beside it ended before: " + going.get());
            }
            going.get();
            return new Outcome(
                    outcome.messages(), outcome.seconds(), outcome.latencyNs(), messages / seconds);
        } catch (ExecutionException e) {
            throw new IOException("the load beside it failed: " + e.getCause(), e);
        }
    }
}
