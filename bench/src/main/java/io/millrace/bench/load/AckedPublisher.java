package io.millrace.bench.load;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client that publishes to streams in turn and looks at each answer: that it acknowledges, which
 * message, and with the next sequence of its stream. One thread uses it.
 *
 * <p>It makes no garbage and little work, since what it takes is missing for the server. The
 * subject of each answer is another one, as with all client libraries.
 */
final class AckedPublisher implements AutoCloseable {
    /** Digits of a message's number, and of that of its subject. */
    private static final int DIGITS = 8;

    private static final long MOST = 100_000_000;
    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int ACK_BYTES = 4096;

    private final LoadClient client;
    private final int window;
    private final int subjects;
    private final int chunk;

    /** Messages that leave at once, whose numbers are filled in. */
    private final ByteBuffer messages;

    private final int messageBytes;
    private final int subjectAt;
    private final int numberAt;
    private final byte[][] prefixes;

    /** What an acknowledgement of each stream begins with, up to its sequence. */
    private final byte[][] beginnings;

    /** By stream, the last sequence that was acknowledged. */
    private final long[] acknowledged;

    private final byte[] ack = new byte[ACK_BYTES];
    private final int inboxBytes;
    private final Histogram latencyNs = new Histogram(HIGHEST_NS, 3);
    private long sent;
    private long answered;

    /** The same, for other threads. */
    private final AtomicLong counted = new AtomicLong();

    /**
     * Makes one that has sent nothing.
     *
     * @param number of the publisher, 0..99, whose answers nobody else gets
     * @param streams whose messages these are, in turn; nobody else publishes to them
     * @param size bytes of a payload
     * @param window messages that may wait for their answers
     * @param subjects how many of each stream's subjects are used, in turn
     */
    AckedPublisher(
            LoadClient client, int number, List<Stream> streams, int size, int window, int subjects)
            throws IOException {
        this.client = client;
        this.window = window;
        this.subjects = subjects;
        chunk = Math.max(1, window / 2);
        String inbox = "_INBOX.%02d.".formatted(number);
        String begin = "PUB " + streams.getFirst().prefix();
        String middle = begin + "0".repeat(DIGITS) + ' ' + inbox;
        String message =
                middle + "0".repeat(DIGITS) + ' ' + size + "\r\n" + "x".repeat(size) + "\r\n";
        subjectAt = begin.length();
        numberAt = middle.length();
        messageBytes = message.length();
        messages = ByteBuffer.allocateDirect(chunk * messageBytes);
        messages.put(message.repeat(chunk).getBytes(StandardCharsets.US_ASCII));
        prefixes = new byte[streams.size()][];
        beginnings = new byte[streams.size()][];
        acknowledged = new long[streams.size()];
        for (int i = 0; i < prefixes.length; i++) {
            Stream stream = streams.get(i);
            prefixes[i] = stream.prefix().getBytes(StandardCharsets.US_ASCII);
            beginnings[i] =
                    ("{\"stream\":\"" + stream.name() + "\",\"seq\":")
                            .getBytes(StandardCharsets.US_ASCII);
        }
        inboxBytes = inbox.length();
        client.send("SUB " + inbox + "* 1\r\n");
        client.fence();
    }

    /** Time from each message to its answer, if one waits for the other. */
    Histogram latencyNs() {
        return latencyNs;
    }

    /** Number of messages acknowledged so far; for any thread. */
    long acknowledged() {
        return counted.getAcquire();
    }

    /**
     * Publishes until a time, and waits for all answers.
     *
     * @return the number of messages, all of them acknowledged
     * @throws IOException if one isn't
     */
    long publishUntil(long endNs) throws IOException {
        return publish(endNs, MOST);
    }

    /**
     * Publishes so many messages, or as many fewer as don't fill half a window, and waits for all
     * answers.
     *
     * @return the number of messages, all of them acknowledged
     * @throws IOException if one isn't
     */
    long publish(long count) throws IOException {
        return publish(Long.MAX_VALUE, sent + count);
    }

    private long publish(long endNs, long last) throws IOException {
        long before = sent;
        long now;
        do {
            long start = System.nanoTime();
            sendChunk();
            while (sent - answered > window - chunk) {
                readAck();
            }
            now = System.nanoTime();
            if (window == 1) {
                latencyNs.recordValue(now - start);
            }
        } while ((endNs == Long.MAX_VALUE || now - endNs < 0) && sent + chunk <= last);
        while (answered < sent) {
            readAck();
        }
        return sent - before;
    }

    private void sendChunk() throws IOException {
        for (int i = 0; i < chunk; i++) {
            int at = i * messageBytes;
            long number = sent + i;
            if (prefixes.length > 1) {
                byte[] prefix = prefixes[(int) (number % prefixes.length)];
                messages.put(at + subjectAt - prefix.length, prefix);
            }
            if (subjects > 1) {
                putNumber(at + subjectAt, number / prefixes.length % subjects);
            }
            putNumber(at + numberAt, number);
        }
        client.send(messages.rewind());
        sent += chunk;
    }

    private void putNumber(int at, long number) {
        long left = number;
        for (int i = at + DIGITS - 1; i >= at; i--) {
            messages.put(i, (byte) ('0' + left % 10));
            left /= 10;
        }
    }

    private void readAck() throws IOException {
        byte first = client.next();
        while (first == 'P') {
            client.skip("ING\r\n".length());
            client.send("PONG\r\n");
            first = client.next();
        }
        if (first != 'M') {
            throw new IOException("no acknowledgement but " + (char) first + client.line());
        }
        client.skip("SG ".length() + inboxBytes);
        long number = 0;
        for (int i = 0; i < DIGITS; i++) {
            number = number * 10 + client.next() - '0';
        }
        client.skip(" 1 ".length());
        int length = 0;
        for (byte digit = client.next(); digit != '\r'; digit = client.next()) {
            length = length * 10 + digit - '0';
        }
        client.skip(1);
        if (length > ACK_BYTES) {
            throw new IOException("an acknowledgement of " + length + " bytes");
        }
        client.read(ack, length);
        client.skip(2);
        check(number, length);
        counted.setRelease(++answered);
    }

    private void check(long number, int length) throws IOException {
        int stream = (int) (number % beginnings.length);
        byte[] beginning = beginnings[stream];
        long sequence = 0;
        boolean good = length > beginning.length;
        for (int i = 0; good && i < beginning.length; i++) {
            good = ack[i] == beginning[i];
        }
        for (int i = beginning.length; good && ack[i] >= '0' && ack[i] <= '9'; i++) {
            sequence = sequence * 10 + ack[i] - '0';
        }
        long expected = ++acknowledged[stream];
        if (sequence != expected || (expected - 1) * beginnings.length + stream != number) {
            String text = new String(ack, 0, length, StandardCharsets.UTF_8);
            throw new IOException(
                    "message %d is to be number %d of its stream, but is answered %s"
                            .formatted(number, expected, text));
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
