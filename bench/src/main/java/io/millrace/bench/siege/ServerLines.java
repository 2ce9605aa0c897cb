package io.millrace.bench.siege;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server logs, read as it comes. Of each peer the last line is kept, by its port; of all the
 * first lines and the last.
 */
final class ServerLines {
    private static final int LONGEST = 400;
    private static final int FIRST = 100;
    private static final int LAST = 100;
    private static final int MOST_PEERS = 20_000;
    private static final Pattern OF_PEER =
            Pattern.compile("127\\.0\\.0\\.1:(\\d+) - (?:(?:cid|rid):\\d+ - )?(.*)");

    private final List<String> first = new ArrayList<>();
    private final ArrayDeque<String> last = new ArrayDeque<>();

    @SuppressWarnings("serial")
    private final Map<Integer, String> peers =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Integer, String> eldest) {
                    return size() > MOST_PEERS;
                }
            };

    private final Thread thread;

    /** Begins to read. */
    ServerLines(InputStream lines) {
        thread = Thread.ofPlatform().daemon().name("log").start(() -> readAll(lines));
    }

    private void readAll(InputStream lines) {
        try (InputStream in = new BufferedInputStream(lines, 64 * 1024)) {
            StringBuilder line = new StringBuilder();
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    add(line.toString());
                    line.setLength(0);
                } else if (line.length() < LONGEST) {
                    line.append((char) b);
                }
            }
            add(line.toString());
        } catch (IOException e) {
            add("the log can't be read any more: " + e);
        }
    }

    private synchronized void add(String line) {
        if (first.size() < FIRST) {
            first.add(line);
        } else {
            if (last.size() == LAST) {
                last.removeFirst();
            }
            last.add(line);
        }
        Matcher peer = OF_PEER.matcher(line);
        if (peer.find()) {
            int port = Integer.parseInt(peer.group(1));
            peers.remove(port);
            peers.put(port, peer.group(2));
        }
    }

    /** What was last said of the peer that has a port. */
    synchronized Optional<String> lastOf(int port) {
        return Optional.ofNullable(peers.get(port));
    }

    /** The beginning and the end, as far as they are kept. */
    synchronized String text() {
        StringBuilder text = new StringBuilder();
        first.forEach(line -> text.append(line).append('\n'));
        last.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** Waits for the end of the log, for so long. */
    void awaitEnd(long millis) throws InterruptedException {
        thread.join(millis);
    }
}
