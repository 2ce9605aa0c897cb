package io.millrace.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The clients of a {@link CrowdLoad}, connected. One process has them all, and one thread reads
 * what comes to those that get something; an idle one takes a socket and a KiB.
 */
public final class Crowd implements AutoCloseable {
    /** With half a thousand subscribers that get something, 64 MiB may wait with the server. */
    private static final long WINDOW_BYTES = 128 * 1024;

    private static final int BATCH_BYTES = 16 * 1024;
    private static final int ONE_MESSAGE = 1;

    private final List<LoadClient> clients = new ArrayList<>();
    private final List<FanOutSubject> subjects = new ArrayList<>();
    private final FanOut fanOut;

    /** Connects them, and subscribes. */
    Crowd(CrowdLoad load, Placement at) throws IOException {
        List<FanOutSubject> busy = new ArrayList<>();
        List<FanOutSubject> trickling = new ArrayList<>();
        try {
            for (int account = 0; account < load.accounts(); account++) {
                Login login = CrowdLoad.login(account);
                boolean isBusy = load.isBusy(account);
                FanOutSubject subject =
                        new FanOutSubject(
                                at.as(login, login),
                                0,
                                load.clientsEach() - 1,
                                load.size(),
                                isBusy ? BATCH_BYTES : ONE_MESSAGE,
                                WINDOW_BYTES,
                                clients);
                subjects.add(subject);
                (isBusy ? busy : trickling).add(subject);
            }
            fanOut = new FanOut(busy, trickling);
        } catch (IOException e) {
            close(clients);
            throw e;
        }
    }

    /** Runs the load; any number of times. */
    public Outcome run(Duration duration) throws IOException {
        return fanOut.run(duration);
    }

    /**
     * Waits until nothing can come any more; then nothing else may be run.
     *
     * @throws IOException if somebody got more than was published in the own account
     */
    public void end() throws IOException {
        fanOut.close();
        for (FanOutSubject subject : subjects) {
            subject.end();
        }
    }

    @Override
    public void close() throws IOException {
        fanOut.close();
        close(clients);
    }

    private static void close(List<LoadClient> clients) throws IOException {
        for (LoadClient client : clients) {
            client.close();
        }
    }
}
