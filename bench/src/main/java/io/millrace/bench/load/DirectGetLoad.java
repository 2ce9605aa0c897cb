package io.millrace.bench.load;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One client that gets messages of a stream by their sequences, or values of a key-value bucket by
 * their keys, which are any, and waits for each: a closed loop. Each answer is looked at.
 *
 * @param kept what the stream is used as
 * @param messages number of messages of the stream, or keys of the bucket
 * @param size bytes of a payload
 */
public record DirectGetLoad(Kept kept, int messages, int size) implements StagedLoad {
    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int WINDOW = 500;
    private static final int SEED = 1;

    @Override
    public boolean isFilled() {
        return true;
    }

    @Override
    public Stage open(Placement at) throws IOException {
        return new Opened(at);
    }

    private final class Opened implements Stage {
        private final LoadClient asking;
        private final LoadClient getting;
        private final Stream stream;
        private final int count;
        private byte[] answer = new byte[1024];

        Opened(Placement at) throws IOException {
            asking = at.publisher(0);
            getting = at.publisher(0);
            stream = kept.create(asking);
            int subjects = kept == Kept.VALUES ? messages : 1;
            count = (int) stream.fill(at, messages, size, WINDOW, subjects);
            getting.send("SUB _INBOX.get 1\r\n");
            getting.fence();
        }

        @Override
        public Outcome run(Duration duration) throws IOException {
            Histogram latencyNs = new Histogram(HIGHEST_NS, 3);
            SplittableRandom random = new SplittableRandom(SEED);
            long begin = System.nanoTime();
            long endNs = begin + duration.toNanos();
            long start = begin;
            do {
                int sequence = 1 + random.nextInt(count);
                getting.send(request(sequence));
                expect(sequence);
                long end = System.nanoTime();
                latencyNs.recordValue(end - start);
                start = end;
            } while (start - endNs < 0);
            double seconds = (System.nanoTime() - begin) / 1e9;
            return new Outcome(latencyNs.getTotalCount(), seconds, latencyNs);
        }

        private String request(int sequence) {
            String subject = "PUB $JS.API.DIRECT.GET." + stream.name();
            if (kept == Kept.VALUES) {
                // Keys were put in turn, each once.
                String key = stream.prefix() + "%08d".formatted(sequence - 1);
                return subject + '.' + key + " _INBOX.get 0\r\n\r\n";
            }
            String text = "{\"seq\":" + sequence + "}";
            return subject + " _INBOX.get " + text.length() + "\r\n" + text + "\r\n";
        }

        private void expect(int sequence) throws IOException {
            String line = getting.line();
            while (line.equals("PING")) {
                getting.send("PONG\r\n");
                line = getting.line();
            }
            String[] words = line.split(" ");
            if (!words[0].equals("HMSG")) {
                throw new IOException("no message but " + line);
            }
            int headers = Integer.parseInt(words[words.length - 2]);
            int all = Integer.parseInt(words[words.length - 1]);
            if (all > answer.length) {
                answer = new byte[all];
            }
            getting.read(answer, all);
            getting.skip(2);
            String text = new String(answer, 0, headers, StandardCharsets.ISO_8859_1);
            if (all - headers != size || !text.contains("Nats-Sequence: " + sequence + "\r\n")) {
                throw new IOException(
                        "not message %d, but %s and %d bytes"
                                .formatted(sequence, text, all - headers));
            }
        }

        @Override
        public void close() throws IOException {
            try {
                stream.close();
            } finally {
                getting.close();
                asking.close();
            }
        }
    }
}
