package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that is killed again and again while eight clients publish to fifty streams: what was
 * acknowledged is there when it is back, once, and in its place. {@code millrace.crash.rounds} says
 * how often, {@code millrace.seed} when.
 */
@DisabledOnOs(OS.WINDOWS)
@Tag("property")
@Timeout(1200)
class JetStreamCrashIT {
    private static final int ROUNDS =
            Integer.getInteger(
                    "millrace.crash.rounds", 4 * Integer.getInteger("millrace.effort", 1));
    private static final int STREAMS = 50;
    private static final int PUBLISHERS = 8;
    private static final int MOST_PER_ROUND = 8000;
    private static final Pattern STATE =
            Pattern.compile("\"first_seq\":(\\d+),.*\"last_seq\":(\\d+),");

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);

    /** By stream, what each sequence was acknowledged for. */
    private final Map<Integer, ConcurrentSkipListMap<Long, String>> kept =
            new ConcurrentHashMap<>();

    private final AtomicInteger acknowledged = new AtomicInteger();

    @TempDir private Path folder;

    private ServerProcess start() throws Exception {
        return ServerProcess.ready(folder, "-js", "-sd", folder.resolve("store").toString());
    }

    @Test
    void shouldKeepWhatItHasAcknowledgedWhenItIsKilled() throws Exception {
        try (ServerProcess first = start();
                StreamClient client = StreamClient.connect(first.port())) {
            for (int i = 0; i < STREAMS; i++) {
                kept.put(i, new ConcurrentSkipListMap<>());
                client.create("S" + i, "\"subjects\":[\"s." + i + "\"]");
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = start()) {
                expectStates(server, round);
                publishAndKill(server, round);
            }
        }
        try (ServerProcess server = start()) {
            expectStates(server, ROUNDS);
            expectMessages(server);
        } finally {
            threads.shutdownNow();
        }
    }

    private void publishAndKill(ServerProcess server, int round) throws Exception {
        acknowledged.set(0);
        int enough = 1 + random.nextInt(MOST_PER_ROUND);
        List<Future<?>> running = new ArrayList<>();
        List<CrashingPublisher> publishers = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            CrashingPublisher publisher =
                    new CrashingPublisher(
                            server.port(), "p" + round + '-' + i, STREAMS, this::acknowledged);
            publishers.add(publisher);
            running.add(
                    threads.submit(
                            () -> {
                                publisher.run();
                                return null;
                            }));
        }
        Modes.await("messages are acknowledged", () -> acknowledged.get() >= enough);
        server.signal("KILL");
        server.awaitExit();
        for (Future<?> each : running) {
            each.get(1, TimeUnit.MINUTES);
        }
        for (CrashingPublisher each : publishers) {
            each.close();
        }
    }

    private void acknowledged(int stream, long sequence, String payload) {
        String before = streamOf(stream).put(sequence, payload);
        assertThat(before).as("stream %d has %d twice", stream, sequence).isNull();
        acknowledged.incrementAndGet();
    }

    private ConcurrentSkipListMap<Long, String> streamOf(int stream) {
        return kept.computeIfAbsent(stream, _ -> new ConcurrentSkipListMap<>());
    }

    /** Sequences are without gaps, and go as far as was acknowledged. */
    private void expectStates(ServerProcess server, int round) throws Exception {
        try (StreamClient client = StreamClient.connect(server.port())) {
            for (int i = 0; i < STREAMS; i++) {
                String info = client.request("$JS.API.STREAM.INFO.S" + i, "");
                Matcher state = STATE.matcher(info);
                assertThat(state.find()).as(info).isTrue();
                long first = Long.parseLong(state.group(1));
                long last = Long.parseLong(state.group(2));
                Map.Entry<Long, String> newest = streamOf(i).lastEntry();
                assertThat(last)
                        .as("seed %d, round %d, stream %d", seed, round, i)
                        .isGreaterThanOrEqualTo(newest == null ? 0 : newest.getKey());
                assertThat(info)
                        .as("seed %d, round %d", seed, round)
                        .contains("\"messages\":" + (last == 0 ? 0 : last - first + 1) + ',')
                        .doesNotContain("num_deleted");
                assertThat(first).isLessThanOrEqualTo(1);
            }
        }
    }

    /** What was acknowledged is there, in its place, and nothing twice. */
    private void expectMessages(ServerProcess server) throws Exception {
        Set<String> payloads = new HashSet<>();
        try (StreamClient client = StreamClient.connect(server.port())) {
            for (int i = 0; i < STREAMS; i++) {
                Matcher state = STATE.matcher(client.request("$JS.API.STREAM.INFO.S" + i, ""));
                assertThat(state.find()).isTrue();
                long last = Long.parseLong(state.group(2));
                for (long sequence = 1; sequence <= last; sequence++) {
                    String payload = message(client, i, sequence);
                    String wanted = streamOf(i).get(sequence);
                    assertThat(payload)
                            .as("seed %d, stream %d, sequence %d", seed, i, sequence)
                            .isEqualTo(wanted == null ? payload : wanted);
                    assertThat(payloads.add(payload)).as("%s is kept twice", payload).isTrue();
                }
            }
        }
        assertThat(payloads.size()).isGreaterThan(ROUNDS);
    }

    private static String message(StreamClient client, int stream, long sequence) {
        String answer =
                client.request("$JS.API.STREAM.MSG.GET.S" + stream, "{\"seq\":" + sequence + '}');
        int from = answer.indexOf("\"data\":\"") + 8;
        assertThat(from).as(answer).isGreaterThan(7);
        String data = answer.substring(from, answer.indexOf('"', from));
        return new String(Base64.getDecoder().decode(data), StandardCharsets.ISO_8859_1);
    }
}
