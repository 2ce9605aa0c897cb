package io.millrace.bench.load;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Requesters that wait for each reply before they ask again, and a service that answers: a closed
 * loop. Its rate is the figure; its latency is that of a system that is never more than this busy.
 *
 * @param requesters number of requesting clients
 * @param size bytes of a request and of a reply
 */
public record RequestLoad(int requesters, int size) implements Load {
    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(60);

    @Override
    public Outcome run(Placement at, Duration duration) throws Exception {
        List<LoadClient> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            try {
                LoadClient service = at.subscriber(0);
                clients.add(service);
                service.send("SUB bench.service workers 1\r\n");
                for (int i = 0; i < requesters; i++) {
                    LoadClient client = at.publisher(i);
                    clients.add(client);
                    at.awaitInterest(service, client);
                    // Answers may go another way.
                    at.awaitInterest(client, service);
                }
                threads.submit(() -> serve(service));
                long start = System.nanoTime();
                List<Future<Histogram>> running = new ArrayList<>();
                for (int i = 0; i < requesters; i++) {
                    LoadClient client = clients.get(1 + i);
                    String inbox = "_INBOX.bench" + i;
                    running.add(
                            threads.submit(() -> ask(client, inbox, start + duration.toNanos())));
                }
                Histogram all = new Histogram(HIGHEST_NS, 3);
                for (Future<Histogram> requester : running) {
                    all.add(get(requester, duration));
                }
                return new Outcome(all.getTotalCount(), (System.nanoTime() - start) / 1e9, all);
            } finally {
                for (LoadClient client : clients) {
                    client.close();
                }
            }
        }
    }

    private static Histogram get(Future<Histogram> requester, Duration duration) throws Exception {
        try {
            return requester.get(duration.toSeconds() + 30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("requesting failed: " + e.getCause(), e);
        }
    }

    private Void serve(LoadClient client) throws IOException {
        String answer = " " + size + "\r\n" + "a".repeat(size) + "\r\n";
        while (true) {
            String line = client.line();
            // A request of another account has headers, which tell that account's name.
            if (line.startsWith("MSG ") || line.startsWith("HMSG ")) {
                String[] words = line.split(" ");
                client.skip(Integer.parseInt(words[words.length - 1]) + 2L);
                client.send("PUB " + words[3] + answer);
            }
        }
    }

    private Histogram ask(LoadClient client, String inbox, long endNs) throws IOException {
        Histogram latency = new Histogram(HIGHEST_NS, 3);
        client.send("SUB " + inbox + " 1\r\n");
        client.fence();
        String request = "PUB bench.service " + inbox + " " + size + "\r\n" + "q".repeat(size);
        request += "\r\n";
        long start = System.nanoTime();
        do {
            client.send(request);
            String line = client.line();
            while (line.equals("PING")) {
                line = client.line();
            }
            if (!line.startsWith("MSG ")) {
                throw new IOException("no reply but " + line);
            }
            client.skip(size + 2L);
            long end = System.nanoTime();
            latency.recordValue(end - start);
            start = end;
        } while (start <= endNs);
        return latency;
    }
}
