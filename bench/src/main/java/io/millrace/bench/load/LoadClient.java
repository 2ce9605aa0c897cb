package io.millrace.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that sends what it is told and counts what comes. */
public final class LoadClient implements AutoCloseable {
    /** What is read at once, where nobody says otherwise. */
    static final int BUFFER_BYTES = 256 * 1024;

    private static final String CONNECT =
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,"
                    + "\"no_responders\":true,\"lang\":\"bench\",\"version\":\"1\"%s}\r\n";

    private static final Pattern CONNECT_URLS = Pattern.compile("\"connect_urls\":\\[(.*?)]");

    private final ByteChannel channel;
    private String info = "";
    private final ByteBuffer in;

    /** Connects to a server on the loopback interface. */
    public LoadClient(int port) throws IOException {
        this(port, Transport.TCP, Login.NONE, BUFFER_BYTES);
    }

    /**
     * Connects to a server on the loopback interface.
     *
     * @param bufferBytes what it reads at once; native memory that it holds as long as it lives
     * @throws IOException if the server doesn't let it in
     */
    LoadClient(int port, Transport transport, Login login, int bufferBytes) throws IOException {
        this(transport.open(port), bufferBytes);
        try {
            info = line();
            greet(login);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Says who it is, on a channel that it closes in the end.
     *
     * @param channel the server's INFO may have been read from it, as before a TLS handshake
     */
    public LoadClient(ByteChannel channel, String user, String password) throws IOException {
        this(channel, BUFFER_BYTES);
        try {
            greet(new Login(user, password));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private LoadClient(ByteChannel channel, int bufferBytes) {
        this.channel = channel;
        in = ByteBuffer.allocateDirect(bufferBytes).limit(0);
    }

    private void greet(Login login) throws IOException {
        send(CONNECT.formatted(login.fields()));
        fence();
    }

    /** How many servers one on the loopback interface tells its clients of. */
    public static int connectUrls(int port) throws IOException {
        try (LoadClient client = new LoadClient(port)) {
            Matcher urls = CONNECT_URLS.matcher(client.info);
            return urls.find() ? urls.group(1).split(",").length : 0;
        }
    }

    public void send(String text) throws IOException {
        send(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    public void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Waits until the server has done all that was sent before.
     *
     * @return the number of messages that have come meanwhile, which must be empty
     */
    public int fence() throws IOException {
        int messages = 0;
        for (int count : fenceBySubject().values()) {
            messages += count;
        }
        return messages;
    }

    /** As {@link #fence}; returns the number of messages that have come of each subject. */
    Map<String, Integer> fenceBySubject() throws IOException {
        Map<String, Integer> messages = new TreeMap<>();
        send("PING\r\n");
        String line = line();
        while (!line.equals("PONG")) {
            if (line.startsWith("-ERR")) {
                throw new IOException(line);
            }
            if (line.equals("PING")) {
                send("PONG\r\n");
            }
            if (line.startsWith("MSG ")) {
                messages.merge(line.split(" ")[1], 1, Integer::sum);
            }
            line = line();
        }
        return messages;
    }

    /** Reads a line, without its end. */
    public String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            byte b = next();
            if (b == '\n') {
                line.setLength(Math.max(0, line.length() - 1));
                return line.toString();
            }
            line.append((char) b);
        }
    }

    /** Reads eight bytes as a number, the highest first. */
    public long nextLong() throws IOException {
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number = number << Byte.SIZE | next() & 0xFF;
        }
        return number;
    }

    /** Whether something has been read that nobody has taken yet: then that comes at once. */
    boolean hasMore() {
        return in.hasRemaining();
    }

    byte next() throws IOException {
        if (!in.hasRemaining()) {
            fill();
        }
        return in.get();
    }

    private void fill() throws IOException {
        in.clear();
        int count = channel.read(in);
        in.flip();
        if (count < 0) {
            throw new EOFException("closed by the server");
        }
    }

    /** Skips bytes, whatever they are. */
    public void skip(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            if (!in.hasRemaining()) {
                fill();
            }
            int piece = (int) Math.min(left, in.remaining());
            in.position(in.position() + piece);
            left -= piece;
        }
    }

    /** Reads so many bytes into the beginning of an array. */
    void read(byte[] into, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!in.hasRemaining()) {
                fill();
            }
            int piece = Math.min(length - done, in.remaining());
            in.get(into, done, piece);
            done += piece;
        }
    }

    /** Takes what has come, waiting for something; returns the number of bytes. */
    int take() throws IOException {
        if (!in.hasRemaining()) {
            fill();
        }
        int count = in.remaining();
        in.position(in.limit());
        return count;
    }

    // --- without waiting; only where the client has opened its channel itself

    /**
     * From here on {@link #trySend} and {@link #takeInto} don't wait, and nothing else may be done.
     */
    void goOnWithoutWaiting() throws IOException {
        selectable().configureBlocking(false);
    }

    /** As {@link #goOnWithoutWaiting}; a selector says when something has come. */
    void attend(Selector selector, Object attachment) throws IOException {
        goOnWithoutWaiting();
        selectable().register(selector, SelectionKey.OP_READ, attachment);
    }

    /** Everything may be done again; the selector is closed. */
    void goOnWaiting() throws IOException {
        selectable().configureBlocking(true);
    }

    private SelectableChannel selectable() {
        return (SelectableChannel) channel;
    }

    /** Sends as many of these bytes as the system takes. */
    void trySend(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
    }

    /** Puts what has come into a buffer, as far as there is room; that may be nothing. */
    void takeInto(ByteBuffer space) throws IOException {
        while (in.hasRemaining() && space.hasRemaining()) {
            space.put(in.get());
        }
        if (channel.read(space) < 0) {
            throw new EOFException("closed by the server");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
