package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many clients at once: what must be exact stays exact. */
class ConcurrencyIT {
    private static final int PUBLISHERS = 6;

    /** Runs one task for each publisher at the same time, each with a connection of its own. */
    private interface Task {
        void run(int publisher, RawClient client) throws Exception;
    }

    private static void publishers(NatsServer server, Task task) throws Exception {
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < PUBLISHERS; i++) {
                int publisher = i;
                Callable<Void> callable =
                        () -> {
                            try (RawClient client = RawClient.connected(server)) {
                                task.run(publisher, client);
                                client.fence();
                            }
                            return null;
                        };
                running.add(threads.submit(callable));
            }
            for (Future<?> future : running) {
                future.get(60, TimeUnit.SECONDS);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepTheOrderOfEachPublisherOnEverySubscription(Mode mode) throws Exception {
        int messages = 20_000;
        try (NatsServer server = Modes.start(mode);
                RawClient subscriber = RawClient.connected(server)) {
            subscriber.send("SUB order.* 1\r\nSUB order.> queue 2\r\nSUB other.* 3\r\n");
            subscriber.fence();
            int[][] next = new int[PUBLISHERS][2];
            try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
                Future<?> reading =
                        reader.submit(
                                () -> {
                                    for (int i = 0; i < 2 * PUBLISHERS * messages; i++) {
                                        readInOrder(subscriber, next);
                                    }
                                    return null;
                                });
                publishers(server, (publisher, client) -> publish(client, publisher, messages));
                reading.get(60, TimeUnit.SECONDS);
            }
            subscriber.fence();
            assertThat(List.of(next)).allMatch(p -> p[0] == messages && p[1] == messages);
        }
    }

    private static void publish(RawClient client, int publisher, int messages) throws IOException {
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < messages; i++) {
            String number = Integer.toString(i);
            batch.append("PUB order.").append(publisher).append(' ').append(number.length());
            batch.append("\r\n").append(number).append("\r\n");
            if (i % 97 == 96) {
                client.send(batch.toString());
                batch.setLength(0);
            }
        }
        client.send(batch.toString());
    }

    private static void readInOrder(RawClient subscriber, int[][] next) throws IOException {
        String line = subscriber.lineAfterPing();
        String[] words = line.strip().split(" ");
        int publisher = Integer.parseInt(words[1].substring("order.".length()));
        int number = Integer.parseInt(subscriber.line().strip());
        int subscription = Integer.parseInt(words[2]) - 1;
        assertThat(number).isEqualTo(next[publisher][subscription]++);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldUnsubscribeAfterExactlyTheMaximumWhileManyPublish(Mode mode) throws Exception {
        int max = 5_000;
        try (NatsServer server = Modes.start(mode);
                RawClient subscriber = RawClient.connected(server)) {
            subscriber.send("SUB hot 1\r\nUNSUB 1 " + max + "\r\nSUB hot group 2\r\n");
            subscriber.send("UNSUB 2 " + max + "\r\n");
            subscriber.fence();
            publishers(server, (publisher, client) -> client.send("PUB hot 0\r\n\r\n".repeat(max)));
            subscriber.send("PING\r\n");
            int[] got = new int[3];
            for (String line = subscriber.line();
                    !line.equals("PONG\r\n");
                    line = subscriber.line()) {
                if (line.startsWith("MSG hot ")) {
                    got[line.charAt(8) - '0']++;
                    subscriber.expect("\r\n");
                }
            }
            assertThat(got).containsExactly(0, max, max);
            assertThat(server.subscriptionCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveEveryRequestOneReplyWhileServicesComeAndGo(Mode mode) throws Exception {
        int requests = 2_000;
        try (NatsServer server = Modes.start(mode);
                RawClient service = RawClient.connected(server);
                ExecutorService echo = Executors.newSingleThreadExecutor()) {
            service.send("SUB svc workers 1\r\n");
            service.fence();
            Future<?> answering =
                    echo.submit(
                            () -> {
                                for (int i = 0; i < PUBLISHERS * requests; i++) {
                                    String line = service.lineAfterPing();
                                    service.expect("q\r\n");
                                    service.send("PUB " + line.split(" ")[3] + " 1\r\na\r\n");
                                }
                                return null;
                            });
            publishers(
                    server,
                    (publisher, client) -> {
                        client.send("SUB _INBOX." + publisher + ".* 1\r\n");
                        for (int i = 0; i < requests; i++) {
                            String inbox = "_INBOX." + publisher + "." + i;
                            client.send("PUB svc " + inbox + " 1\r\nq\r\n");
                            String line = client.lineAfterPing();
                            assertThat(line).isEqualTo("MSG " + inbox + " 1 1\r\n");
                            client.expect("a\r\n");
                        }
                    });
            answering.get(60, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldOutliveStormsOfClientsThatSendGarbageAndVanish(Mode mode) throws Exception {
        int storms = 150;
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        try (NatsServer server = Modes.start(mode);
                RawClient bystander = RawClient.connected(server)) {
            bystander.send("SUB quiet 1\r\n");
            bystander.fence();
            publishers(
                    server,
                    (publisher, client) -> {
                        Random random = new Random(seed + publisher);
                        for (int i = 0; i < storms; i++) {
                            try (RawClient vandal = new RawClient(server)) {
                                vandal.send("CONNECT {\"verbose\":false}\r\nSUB > 1\r\n");
                                if (random.nextBoolean()) {
                                    byte[] garbage = new byte[random.nextInt(5_000)];
                                    random.nextBytes(garbage);
                                    vandal.send(garbage);
                                } else {
                                    vandal.send("PUB x 100000\r\nunfinished");
                                }
                                if (random.nextBoolean()) {
                                    vandal.reset();
                                }
                            } catch (java.net.SocketException e) {
                                // the server was faster to close it: as it should
                            }
                        }
                    });
            Modes.await(
                    "only the bystander is left (seed " + seed + ")",
                    () -> server.clientCount() == 1);
            assertThat(server.subscriptionCount()).isEqualTo(1);
            bystander.send("PUB quiet 2\r\nhi\r\n");
            bystander.expect("MSG quiet 1 2\r\nhi\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDeliverAllThatClientsSentBeforeTheyLeft(Mode mode) throws Exception {
        int messages = 50_000;
        try (NatsServer server = Modes.start(mode);
                RawClient subscriber = RawClient.connected(server)) {
            subscriber.send("SUB farewell 1\r\n");
            subscriber.fence();
            String batch = "PUB farewell 100\r\n" + "x".repeat(100) + "\r\n";
            List<Thread> leaving = new ArrayList<>();
            for (int i = 0; i < PUBLISHERS; i++) {
                leaving.add(
                        Thread.ofPlatform()
                                .start(
                                        () -> {
                                            try (RawClient client = RawClient.connected(server)) {
                                                client.send(batch.repeat(messages / PUBLISHERS));
                                                // If it left a PING unread, it would reset what is
                                                // still on its way.
                                                client.socket().shutdownOutput();
                                                client.readToEnd();
                                            } catch (IOException e) {
                                                throw new IllegalStateException(e);
                                            }
                                        }));
            }
            int message = ("MSG farewell 1 100\r\n\r\n").length() + 100;
            subscriber.skip((long) message * (messages / PUBLISHERS) * PUBLISHERS);
            for (Thread client : leaving) {
                assertThat(client.join(Duration.ofSeconds(60))).isTrue();
            }
            Modes.await("only the subscriber is left", () -> server.clientCount() == 1);
        }
    }
}
